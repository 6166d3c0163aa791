import { controlPlane, type Bed, type VmNode } from "../bed.ts";
import { diskIn } from "../build/disk.ts";
import { machineId } from "../node-files.ts";
import { inNetwork } from "../network.ts";
import { run } from "../run.ts";
import { sharedFolders } from "./files.ts";

/** Makes a machine's disk: what it writes. What it only reads stays in the disk that all machines are made from. */
export async function makeOverlay(bed: Bed, node: VmNode): Promise<void> {
  const { image } = diskIn(bed.programs.vmDisk);
  await run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", image, "-F", "raw", diskOf(node)]);
}

/**
 * The command that is a machine: two processors and 2 GiB, emulated without help of this machine's processor, so that
 * it runs wherever a bed does. It lives in the control plane's network, where its tap is. What the machine prints on
 * its console, it prints.
 */
export function emulatorCommand(bed: Bed, node: VmNode): string[] {
  const { kernel, initrd } = diskIn(bed.programs.vmDisk);
  const options = {
    machine: "q35",
    accel: "tcg,thread=multi",
    cpu: "max",
    smp: "2",
    m: "2048",
    kernel,
    initrd,
    append: kernelOptions(bed, node),
    drive: `file=${escaped(diskOf(node))},if=virtio,format=qcow2`,
    netdev: `tap,id=net,ifname=${node.name},script=no,downscript=no`,
    device: `virtio-net-pci,netdev=net,mac=${hardwareAddress(node)}`,
    display: "none",
    serial: "stdio",
  };
  const shared = sharedFolders(bed, node).map(
    ({ tag, folder }) =>
      `local,mount_tag=${tag},path=${escaped(folder)},security_model=none,readonly=on,multidevs=remap`,
  );
  const argv = [
    ["qemu-system-x86_64", "-name", node.name, "-nodefaults", "-no-user-config"],
    ...Object.entries(options).map(([name, value]) => [`-${name}`, value]),
    ...shared.map((folder) => ["-virtfs", folder]),
  ];
  return inNetwork(controlPlane(bed), argv.flat());
}

function kernelOptions(bed: Bed, node: VmNode): string {
  const system = [`systemd.hostname=${node.name}`, `systemd.machine_id=${machineId(bed, node)}`];
  // `eth0`, and none of the work against flaws that an emulated processor does not have.
  const devices = ["root=/dev/vda", "rw", "console=ttyS0", "net.ifnames=0", "mitigations=off", "quiet"];
  return ["apparmor=1", "security=apparmor", ...devices, ...system].join(" ");
}

/** The machines of a bed share a bridge. */
function hardwareAddress({ address }: VmNode): string {
  return ["52", "54", ...address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"))].join(":");
}

function diskOf(node: VmNode): string {
  return `${node.root}.qcow2`;
}

/** A comma in the value of an emulator's option is written twice. */
function escaped(value: string): string {
  return value.replaceAll(",", ",,");
}
