import { Command, Option } from "commander";
import { printable } from "../report/safe.ts";

/**
 * What every command has: its help, and how a mistake is told.
 *
 * @param path the command's name after those of the commands above it, as it is typed behind `holdfast`
 */
export function command(path: string): Command {
  const name = path.split(" ").at(-1) ?? path;
  const typed = path === "holdfast" ? path : `holdfast ${path}`;
  return (
    new Command(name)
      .helpOption("-h, --help", "print this help")
      .addOption(new Option("--debug", "print the stack of a failure").hideHelp())
      .exitOverride()
      // What stands behind a command's name is that command's, also where the one above has an option of that name.
      .enablePositionalOptions()
      .showHelpAfterError(`Run ${typed} --help to see what there is.`)
      .configureOutput({
        outputError: (text, write) =>
          write(printable(text.replace(/^error: /, "holdfast: USAGE001: "), { newlines: true })),
      })
  );
}

export function colorOption(): Option {
  return new Option("--color <when>", "colour the text").choices(["auto", "always", "never"]).default("auto");
}
