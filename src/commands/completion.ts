import type { Command } from "commander";
import { bashCompletion } from "./completion/bash.ts";
import { commandTree } from "./completion/command-tree.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";
import type { Shell } from "./completion/shells.ts";

/** The completion script of a shell, made from the commands' definitions. */
export function completion(program: Command, shell: Shell): string {
  const tree = commandTree(program);
  switch (shell) {
    case "bash":
      return bashCompletion(tree);
    case "zsh":
      return zshCompletion(tree);
    case "fish":
      return fishCompletion(tree);
  }
}
