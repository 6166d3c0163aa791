import { allCommands, type CommandNode, type OptionNode } from "./command-tree.ts";

/** A script for bash 3.2 and newer. Where it offers nothing, bash completes paths. */
export function bashCompletion(root: CommandNode): string {
  const commands = allCommands(root);
  const children = commands.slice(1).map((command) => quote(command.path.join(" ")));
  return `# bash completion for ${root.name}
_${root.name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} at=${root.name} words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${children.join("|")}) at="$at $word" ;;
    esac
  done
  # "--option=value" comes as three words.
  if [ "$current" = "=" ]; then current=; elif [ "$previous" = "=" ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case "$at $previous" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case "$at" in
${commands.map(wordCase).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${root.name} ${root.name}
`;
}

function valueCases(command: CommandNode): string[] {
  return command.options
    .filter((option) => option.value !== "none")
    .map((option) => {
      const patterns = spellings(option).map((spelling) => quote([...command.path, spelling].join(" ")));
      // After an optional value's option the next word is no value, unless "=" stands between.
      const guard =
        option.value === "optional"
          ? `[ "\${COMP_WORDS[COMP_CWORD-1]}" != "=" ] && [ "\${COMP_WORDS[COMP_CWORD]}" != "=" ] || `
          : "";
      const offer =
        option.choices.length === 0
          ? "COMPREPLY=()"
          : `COMPREPLY=($(compgen -W ${quote(option.choices.join(" "))} -- "$current"))`;
      return `    ${patterns.join("|")}) ${guard}{ ${offer}; return; } ;;`;
    });
}

function wordCase(command: CommandNode): string {
  const words = [
    ...command.commands.map((child) => child.name),
    ...command.arguments.flatMap((argument) => argument.choices),
  ];
  const options = command.options.flatMap(spellings);
  return `    ${quote(command.path.join(" "))}) words=${quote(words.join(" "))}; case "$current" in -*) words=${quote(options.join(" "))} ;; esac ;;`;
}

function spellings(option: OptionNode): string[] {
  return [option.short, option.long].filter((spelling) => spelling !== null);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
