import { allCommands, type ArgumentNode, type CommandNode, type OptionNode } from "./command-tree.ts";

/** A script for zsh: autoloaded from `fpath`, or sourced after `compinit`. */
export function zshCompletion(root: CommandNode): string {
  return `#compdef ${root.name}
${allCommands(root).map(functionOf).join("\n")}
if [ "$funcstack[1]" = "_${root.name}" ]; then
  _${root.name} "$@"
else
  compdef _${root.name} ${root.name}
fi
`;
}

function functionOf(command: CommandNode): string {
  return command.commands.length === 0 ? leaf(command) : branch(command);
}

function leaf(command: CommandNode): string {
  const specifications = [...command.options.map(optionOf), ...command.arguments.map(argumentOf)];
  return `${nameOf(command)}() {
  _arguments -s ${specifications.join(" \\\n    ")}
}`;
}

function branch(command: CommandNode): string {
  const offers = command.commands.map((child) => quote(`${escape(child.name)}:${child.description}`));
  const calls = command.commands.map((child) => `${child.name}) ${nameOf(child)} ;;`);
  return `${nameOf(command)}() {
  local state line curcontext="$curcontext"
  local -a commands
  commands=(${offers.join(" ")})
  _arguments -C ${command.options.map(optionOf).join(" \\\n    ")} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest) case $line[1] in ${calls.join(" ")} esac ;;
  esac
}`;
}

function nameOf(command: CommandNode): string {
  return `_${command.path.join("_")}`;
}

function optionOf(option: OptionNode): string {
  const spellings = [option.short, option.long].filter((spelling) => spelling !== null);
  const text = `[${escape(option.description)}]${valueOf(option)}`;
  // "+": the value may be the next word. "=-": it has to follow "=" in the same word.
  const forms = spellings.map((spelling) => {
    if (option.value === "none") return spelling;
    if (option.value === "optional") return spelling.startsWith("--") ? `${spelling}=-` : `${spelling}-`;
    return spelling.startsWith("--") ? `${spelling}=` : `${spelling}+`;
  });
  const excluded = `(${spellings.join(" ")})`;
  return forms.map((form) => quote(`${excluded}${form}${text}`)).join(" ");
}

function valueOf(option: OptionNode): string {
  if (option.value === "none") return "";
  const colon = option.value === "optional" ? "::" : ":";
  return `${colon}value:${option.choices.length === 0 ? "_files" : choicesOf(option.choices)}`;
}

function argumentOf(argument: ArgumentNode, index: number): string {
  const offer = argument.choices.length === 0 ? "_files" : choicesOf(argument.choices);
  return quote(`${index + 1}:${escape(argument.description)}:${offer}`);
}

function choicesOf(choices: readonly string[]): string {
  return `(${choices.join(" ")})`;
}

function escape(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
