import { Command, CommanderError } from 'commander';
import { applyCommand } from './apply.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { bansCommand } from './bans.ts';
import { cdrCommand } from './cdr.ts';
import { checkCommand } from './check.ts';
import { copyStoreCommand } from './copy-store.ts';
import { edgeCommand } from './edge.ts';
import { eraseCommand } from './erase.ts';
import { EXIT, ExitError, explain } from './exit-codes.ts';
import { exportCommand } from './export.ts';
import { graphCommand } from './graph.ts';
import { holdCommand } from './hold.ts';
import { importCommand } from './import.ts';
import { newCommand } from './new.ts';
import { PACKAGE } from './own-package.ts';
import { rebuildCommand } from './rebuild.ts';
import { restoreCommand } from './restore.ts';
import { simulateCommand } from './simulate.ts';
import { type StartPbx, startCommand } from './start.ts';
import { trunksCommand } from './trunks.ts';
import { verifyCommand } from './verify.ts';

/** Where a command's output goes, and what it starts. */
export interface CliParts {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly start: StartPbx;
}

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws. */
export async function run(args: readonly string[], parts: CliParts): Promise<number> {
  try {
    await program(parts).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Commander has already said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof ExitError) return error.exitCode;
    const { text, code } = explain(error);
    parts.err(`${text}\n`);
    return code;
  }
}

function program({ out, err, start }: CliParts): Command {
  const root = new Command('pbx400')
    .description('self-hosted SIP PBX for Chinese 400 numbers')
    .version(PACKAGE.version, '-V, --version');
  const commands = [
    startCommand(start, out),
    edgeCommand(out),
    applyCommand(out),
    exportCommand(out),
    cdrCommand(out),
    trunksCommand(out),
    bansCommand(out),
    copyStoreCommand(out, err),
    backupCommand(out, err),
    restoreCommand(out, err),
    verifyCommand(out, err),
    holdCommand(out),
    eraseCommand(out),
    auditCommand(out),
    rebuildCommand(out, err),
    checkCommand(out),
    graphCommand(out),
    simulateCommand(out),
    importCommand(out),
    newCommand(out),
  ];
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands, ...commands.flatMap((each) => each.commands)]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: out, writeErr: err })
      .showHelpAfterError('(--help explains)');
  }
  return root;
}
