import { resolve } from 'node:path';
import { readWav } from './wav.ts';

const cache = new Map<string, Int16Array>();

/** The samples of prompts played one after the other. */
export function promptSamples(names: string | readonly string[], language = 'zh-CN'): Int16Array {
  const key = `${language}/${names}`;
  let samples = cache.get(key);
  if (!samples) {
    const parts = [names].flat().map((name) => {
      const folder = name === 'queue-music' ? '' : `${language}/`;
      return readWav(resolve(`media/prompts/${folder}${name}.wav`)).channels[0]!;
    });
    samples = Int16Array.from(parts.flatMap((part) => [...part]));
    cache.set(key, samples);
  }
  return samples;
}

/** The prompts that read a number: `digit-8` ... as work numbers are read, with 幺 for 1. */
export function digitsOf(number: string): string[] {
  return [...number].map((digit) => (digit === '1' ? 'digit-yao' : `digit-${digit}`));
}
