import { allCommands, type CommandNode } from "./command-tree.ts";

/** A script for fish. */
export function fishCompletion(root: CommandNode): string {
  const commands = allCommands(root);
  const children = commands.slice(1).map((command) => quote(command.path.join(" ")));
  return `# fish completion for ${root.name}
function __${root.name}_at
    set -l at ${root.name}
    for word in (commandline -opc)[2..-1]
        if contains -- "$at $word" ${children.join(" ")}
            set at "$at $word"
        end
    end
    test "$at" = "$argv"
end
complete -c ${root.name} -f
${commands.flatMap((command) => lines(root.name, command)).join("\n")}
`;
}

function lines(program: string, command: CommandNode): string[] {
  const path = command.path.join(" ");
  const start = `complete -c ${program} -n ${quote(`__${program}_at ${path}`)}`;
  return [
    ...command.commands.map((child) => `${start} -a ${quote(child.name)} -d ${quote(child.description)}`),
    ...command.options.map((option) =>
      [
        start,
        option.short === null ? "" : `-s ${option.short.slice(1)}`,
        option.long === null ? "" : `-l ${option.long.slice(2)}`,
        // Without -r fish offers the value after "=" only, as an optional value wants it.
        option.value === "required" ? "-r" : "",
        option.choices.length > 0 ? `-f -a ${quote(option.choices.join(" "))}` : option.value === "none" ? "" : "-F",
        `-d ${quote(option.description)}`,
      ]
        .filter((part) => part !== "")
        .join(" "),
    ),
    ...command.arguments.map((argument) =>
      argument.choices.length > 0
        ? `${start} -a ${quote(argument.choices.join(" "))} -d ${quote(argument.description)}`
        : `complete -c ${program} -n ${quote(`__${program}_at ${path}; and not string match -q -- '-*' (commandline -ct)`)} -F`,
    ),
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
