import { readFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { asError, PbxError } from '../shared/errors.ts';

/** Options that several commands share. */
export const configOption = () =>
  new Option(
    '--config <file>',
    'configuration file (default: $PBX400_CONFIG, then pbx400.yaml here or in dialplans/)',
  );
export const dataOption = () => new Option('--data <dir>', "data folder (default: the configuration's)");

export const companyOption = () => new Option('--tenant <id>', 'of this company; without: of all');

/** Parses a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

/** A file that was named on the command line. Throws PbxError when it cannot be read. */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new PbxError('input', `the file cannot be read: ${asError(error).message}`, { cause: error });
  }
}
