import type { Command } from "commander";

/** What a completion script needs to know of a command. */
export interface CommandNode {
  readonly name: string;
  readonly description: string;
  /** Names from the program down to this command: `["holdfast", "config", "check"]`. */
  readonly path: readonly string[];
  readonly commands: readonly CommandNode[];
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
}

export interface OptionNode {
  /** With the dashes: `-o`. */
  readonly short: string | null;
  /** With the dashes: `--output`. */
  readonly long: string | null;
  readonly description: string;
  /** `optional`: the value can only follow after `=`. */
  readonly value: "none" | "optional" | "required";
  /** Values it can take; empty: any. */
  readonly choices: readonly string[];
}

export interface ArgumentNode {
  readonly name: string;
  readonly description: string;
  /** Values it can take; empty: a path. */
  readonly choices: readonly string[];
}

/** The tree of commands as plain data. Hidden options are left out. */
export function commandTree(program: Command): CommandNode {
  return node(program, []);
}

function node(command: Command, above: readonly string[]): CommandNode {
  const path = [...above, command.name()];
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    path,
    commands: help.visibleCommands(command).map((child) => node(child, path)),
    options: help.visibleOptions(command).map((option) => ({
      short: option.short ?? null,
      long: option.long ?? null,
      description: option.description,
      value: option.required ? "required" : option.optional ? "optional" : "none",
      choices: option.argChoices ?? [],
    })),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      choices: argument.argChoices ?? [],
    })),
  };
}

/** The command and all below it, parents first. */
export function allCommands(root: CommandNode): CommandNode[] {
  return [root, ...root.commands.flatMap(allCommands)];
}
