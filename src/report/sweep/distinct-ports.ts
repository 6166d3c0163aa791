/** `PORT/PROTOCOL` of each port once, in the order in which they come: a port may have a socket for each address. */
export function distinctPorts(
  sockets: readonly { readonly port: number; readonly protocol: string }[],
): readonly string[] {
  return [...new Set(sockets.map(({ port, protocol }) => `${port}/${protocol}`))];
}
