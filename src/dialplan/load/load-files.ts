/** Reads hotlines from a folder of TypeScript files. Each mistake is told with its file and line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asError, ConfigError, type Place } from '../../shared/errors.ts';
import { type AgentOrder, isAgentOrder } from '../write/agent-order.ts';
import { placeOfStack } from '../write/places.ts';
import { followGenerations } from './fresh-imports.ts';

/** A value that a file exports as a hotline; not proved yet. */
export interface Loaded {
  readonly file: string;
  readonly value: unknown;
}

let generation = 0;

/** Hotline files of a folder: `*.ts`, without tests and declarations. Throws ConfigError when it cannot be read. */
export function hotlineFiles(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
      .sort()
      .map((name) => join(resolve(dir), name));
  } catch (error) {
    throw new ConfigError(
      `cannot read the folder of dialplans: ${asError(error).message}`,
      { file: resolve(dir) },
      'make it, or change `dialplans` in the configuration',
      { cause: error },
    );
  }
}

/** What the files of a folder export, and what is wrong with those that cannot be loaded. */
export interface FolderContent {
  readonly loaded: readonly Loaded[];
  /** Functions that order agents. */
  readonly orders: readonly AgentOrder[];
  readonly mistakes: readonly ConfigError[];
}

/**
 * What the files of a folder export, loaded anew each time: one hotline or a list of them as the default export, functions that order
 * agents among them.
 * Files without a default export hold shared parts and are left out.
 */
export async function loadFiles(dir: string): Promise<FolderContent> {
  const files = hotlineFiles(dir);
  generation++;
  followGenerations(`${pathToFileURL(resolve(dir))}/`);
  const modules = await Promise.all(files.map((file) => importFile(file, dir)));
  const loaded: Loaded[] = [];
  const orders: AgentOrder[] = [];
  const mistakes: ConfigError[] = [];
  for (const [index, module] of modules.entries()) {
    if (module instanceof ConfigError) {
      mistakes.push(module);
      continue;
    }
    const value = module['default'];
    const file = files[index]!;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isAgentOrder(each)) orders.push(each);
      else if (each !== undefined) loaded.push({ file, value: each });
    }
  }
  return { loaded, orders, mistakes };
}

async function importFile(
  file: string,
  dir: string,
): Promise<Readonly<Record<string, unknown>> | ConfigError> {
  try {
    const url = `${pathToFileURL(file)}?plan=${generation}`;
    return (await import(/* @vite-ignore */ url)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    return mistakeIn(file, resolve(dir), asError(error));
  }
}

function mistakeIn(file: string, dir: string, error: Error): ConfigError {
  if (error instanceof ConfigError) return error;
  const { code } = error as { code?: string };
  if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX' || error instanceof SyntaxError) {
    const place = syntaxPlace(error) ?? { file };
    const fix =
      code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
        ? 'use types and plain objects only: no enum, namespace or parameter property'
        : 'correct the syntax there';
    return new ConfigError(`syntax error: ${error.message.split('\n')[0]}`, place, fix, { cause: error });
  }
  if (code === 'ERR_MODULE_NOT_FOUND') {
    const place = { file, ...lineOfImport(file, error.message) };
    const fix = "check the path; imports of own files end in '.ts'";
    return new ConfigError(error.message.split('\n')[0]!, place, fix, { cause: error });
  }
  const place = placeOfStack(error.stack ?? '', (each) => each.startsWith(dir)) ?? { file };
  // Thrown within a builder: what it was given is not what its type says.
  const inBuilder = placeOfStack(error.stack ?? '')?.file !== place.file;
  const fix = inBuilder
    ? 'compare what it is given with the type of the builder: src/dialplan/node'
    : 'correct what this line does';
  return new ConfigError(`${error.name}: ${error.message}`, place, fix, { cause: error });
}

/** Node puts `file:line` and the line itself before the stack of a syntax error. */
function syntaxPlace(error: Error): Place | undefined {
  const found = /^(?:file:\/\/)?(\/[^\n]*?)(?:\?[^:\n]*)?:(\d+)\n/.exec(error.stack ?? '');
  return found ? { file: found[1]!, line: Number(found[2]) } : undefined;
}

/** The line that imports the module which was not found. */
function lineOfImport(file: string, message: string): { line?: number } {
  const missing = /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  const name = missing?.split('/').at(-1);
  if (name === undefined) return {};
  const lines = readFileSync(file, 'utf8').split('\n');
  const index = lines.findIndex((line) => line.includes('import') && line.includes(name));
  return index < 0 ? {} : { line: index + 1 };
}
