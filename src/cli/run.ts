import { Command, CommanderError } from 'commander';
import { PACKAGE } from '../shared/own-package.ts';
import { EXIT, ExitError, explain } from './exit-codes.ts';
import type { StartPbx } from './start.ts';

/** Where a command's output goes, and what it starts. */
export interface CliParts {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly start: StartPbx;
}

/** Runs one command line (without `node` and the script) and returns the exit code. Never throws. */
export async function run(args: readonly string[], parts: CliParts): Promise<number> {
  try {
    const root = await program(args[0] ?? '', parts);
    await root.parseAsync(args, { from: 'user' });
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

/** What each is made by, in the order of the help. */
const COMMANDS: Readonly<Record<string, (parts: CliParts) => Promise<Command>>> = {
  start: async ({ start, out }) => (await import('./start.ts')).startCommand(start, out),
  edge: async ({ out }) => (await import('./edge.ts')).edgeCommand(out),
  apply: async ({ out }) => (await import('./apply.ts')).applyCommand(out),
  export: async ({ out }) => (await import('./export.ts')).exportCommand(out),
  cdr: async ({ out }) => (await import('./cdr.ts')).cdrCommand(out),
  agents: async ({ out }) => (await import('./agents.ts')).agentsCommand(out),
  queues: async ({ out }) => (await import('./queues.ts')).queuesCommand(out),
  hotlines: async ({ out }) => (await import('./hotlines.ts')).hotlinesCommand(out),
  prompts: async ({ out }) => (await import('./prompts.ts')).promptsCommand(out),
  imports: async ({ out }) => (await import('./imports.ts')).importsCommand(out),
  exports: async ({ out }) => (await import('./exports.ts')).exportsCommand(out),
  changes: async ({ out }) => (await import('./changes.ts')).changesCommand(out),
  trunks: async ({ out }) => (await import('./trunks.ts')).trunksCommand(out),
  bans: async ({ out }) => (await import('./bans.ts')).bansCommand(out),
  ladder: async ({ out }) => (await import('./ladder.ts')).ladderCommand(out),
  limits: async ({ out }) => (await import('./limits.ts')).limitsCommand(out),
  'copy-store': async ({ out, err }) => (await import('./copy-store.ts')).copyStoreCommand(out, err),
  backup: async ({ out, err }) => (await import('./backup.ts')).backupCommand(out, err),
  restore: async ({ out, err }) => (await import('./restore.ts')).restoreCommand(out, err),
  verify: async ({ out, err }) => (await import('./verify.ts')).verifyCommand(out, err),
  hold: async ({ out }) => (await import('./hold.ts')).holdCommand(out),
  erase: async ({ out }) => (await import('./erase.ts')).eraseCommand(out),
  users: async ({ out }) => (await import('./users.ts')).usersCommand(out),
  audit: async ({ out }) => (await import('./audit.ts')).auditCommand(out),
  certificate: async ({ out }) => (await import('./certificate.ts')).certificateCommand(out),
  rebuild: async ({ out, err }) => (await import('./rebuild.ts')).rebuildCommand(out, err),
  check: async ({ out }) => (await import('./check.ts')).checkCommand(out),
  graph: async ({ out }) => (await import('./graph.ts')).graphCommand(out),
  simulate: async ({ out }) => (await import('./simulate.ts')).simulateCommand(out),
  'replay-inputs': async ({ out }) => (await import('./replay-inputs.ts')).replayInputsCommand(out),
  import: async ({ out, err }) => (await import('./import.ts')).importCommand(out, err),
  new: async ({ out }) => (await import('./new.ts')).newCommand(out),
};

/** The program with the command that was asked for, or, where none was, with all: none waits for what the others need. */
async function program(name: string, parts: CliParts): Promise<Command> {
  const { out, err } = parts;
  const root = new Command('pbx400')
    .description('self-hosted SIP PBX for Chinese 400 numbers')
    .version(PACKAGE.version, '-V, --version');
  const asked = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  const commands = await Promise.all(asked.map((load) => load(parts)));
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands, ...commands.flatMap((each) => each.commands)]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: out, writeErr: err })
      .showHelpAfterError('(--help explains)');
  }
  return root;
}
