import { execFileSync } from "node:child_process";
import { Argument, Command, Option } from "commander";
import { expect, test } from "vitest";
import { completion } from "./completion.ts";
import { createProgram } from "./program.ts";

/** Small, with one of each thing that the scripts have to handle. */
function example(): Command {
  const program = new Command("tool").helpCommand(false).helpOption("-h, --help", "print this help");
  const look = new Command("look")
    .description("look at it's [odd] text: all of it")
    .helpOption("-h, --help", "print this help")
    .argument("[path]", "what to look at")
    .addOption(new Option("-o, --output <form>", "form").choices(["text", "json"]))
    .addOption(new Option("--fix [mode]", "mend").choices(["dry-run"]))
    .option("--plan <file>", "a file")
    .addOption(new Option("--hidden", "not for all").hideHelp());
  const set = new Command("set").description("settings").helpCommand(false).helpOption("-h, --help", "print this help");
  set.addCommand(
    new Command("colour")
      .helpOption("-h, --help", "print this help")
      .addArgument(new Argument("<name>", "which").choices(["red", "blue"])),
  );
  return program.addCommand(look).addCommand(set);
}

/** What bash offers for the words; its own completion of paths is not part of it. */
function offered(program: Command, words: readonly string[]): string[] {
  const script = `${completion(program, "bash")}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${program.name()}; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" });
  return output.split("\n").filter((word) => word !== "");
}

test.each([
  [
    ["tool", ""],
    ["look", "set"],
  ],
  [["tool", "l"], ["look"]],
  [
    ["tool", "-"],
    ["-h", "--help"],
  ],
  [["tool", "set", ""], ["colour"]],
  [
    ["tool", "set", "colour", ""],
    ["red", "blue"],
  ],
  [
    ["tool", "look", "--"],
    ["--output", "--fix", "--plan", "--help"],
  ],
  [
    ["tool", "look", "-o", ""],
    ["text", "json"],
  ],
  [["tool", "look", "--output", "j"], ["json"]],
  [
    ["tool", "look", "--output", "="],
    ["text", "json"],
  ],
  [["tool", "look", "--output", "=", "t"], ["text"]],
  [["tool", "look", "--fix", "="], ["dry-run"]],
  [["tool", "look", "--fix", ""], []],
  [["tool", "look", "--plan", ""], []],
  [["tool", "look", "text", "--ou"], ["--output"]],
])("bash offers for %j", (words, offers) => {
  expect(offered(example(), words)).toEqual(offers);
});

test("every command and every option that help shows is offered", () => {
  const program = createProgram();
  const commands = program.createHelp().visibleCommands(program);
  expect(offered(program, ["holdfast", ""])).toEqual(commands.map((command) => command.name()));
  for (const command of commands) {
    const options = command
      .createHelp()
      .visibleOptions(command)
      .map((option) => option.long);
    expect(offered(program, ["holdfast", command.name(), "--"])).toEqual(options);
  }
});

test("zsh", () => {
  expect(completion(example(), "zsh")).toMatchInlineSnapshot(`
    "#compdef tool
    _tool() {
      local state line curcontext="$curcontext"
      local -a commands
      commands=('look:look at it'\\''s [odd] text: all of it' 'set:settings')
      _arguments -C '(-h --help)-h[print this help]' '(-h --help)--help[print this help]' '1: :->command' '*:: :->rest'
      case $state in
        command) _describe command commands ;;
        rest) case $line[1] in look) _tool_look ;; set) _tool_set ;; esac ;;
      esac
    }
    _tool_look() {
      _arguments -s '(-o --output)-o+[form]:value:(text json)' '(-o --output)--output=[form]:value:(text json)' \\
        '(--fix)--fix=-[mend]::value:(dry-run)' \\
        '(--plan)--plan=[a file]:value:_files' \\
        '(-h --help)-h[print this help]' '(-h --help)--help[print this help]' \\
        '1:what to look at:_files'
    }
    _tool_set() {
      local state line curcontext="$curcontext"
      local -a commands
      commands=('colour:')
      _arguments -C '(-h --help)-h[print this help]' '(-h --help)--help[print this help]' '1: :->command' '*:: :->rest'
      case $state in
        command) _describe command commands ;;
        rest) case $line[1] in colour) _tool_set_colour ;; esac ;;
      esac
    }
    _tool_set_colour() {
      _arguments -s '(-h --help)-h[print this help]' '(-h --help)--help[print this help]' \\
        '1:which:(red blue)'
    }
    if [ "$funcstack[1]" = "_tool" ]; then
      _tool "$@"
    else
      compdef _tool tool
    fi
    "
  `);
});

test("fish", () => {
  expect(completion(example(), "fish")).toMatchInlineSnapshot(`
    "# fish completion for tool
    function __tool_at
        set -l at tool
        for word in (commandline -opc)[2..-1]
            if contains -- "$at $word" 'tool look' 'tool set' 'tool set colour'
                set at "$at $word"
            end
        end
        test "$at" = "$argv"
    end
    complete -c tool -f
    complete -c tool -n '__tool_at tool' -a 'look' -d 'look at it\\'s [odd] text: all of it'
    complete -c tool -n '__tool_at tool' -a 'set' -d 'settings'
    complete -c tool -n '__tool_at tool' -s h -l help -d 'print this help'
    complete -c tool -n '__tool_at tool look' -s o -l output -r -f -a 'text json' -d 'form'
    complete -c tool -n '__tool_at tool look' -l fix -f -a 'dry-run' -d 'mend'
    complete -c tool -n '__tool_at tool look' -l plan -r -F -d 'a file'
    complete -c tool -n '__tool_at tool look' -s h -l help -d 'print this help'
    complete -c tool -n '__tool_at tool look; and not string match -q -- \\'-*\\' (commandline -ct)' -F
    complete -c tool -n '__tool_at tool set' -a 'colour' -d ''
    complete -c tool -n '__tool_at tool set' -s h -l help -d 'print this help'
    complete -c tool -n '__tool_at tool set colour' -s h -l help -d 'print this help'
    complete -c tool -n '__tool_at tool set colour' -a 'red blue' -d 'which'
    "
  `);
});
