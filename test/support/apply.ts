import { run } from '../../src/cli/run.ts';
import type { Pbx } from './pbx.ts';

/** `pbx400 apply ...args` to a PBX that runs, in this process: a start of Node each time would be most of a test. */
export async function applyTo(
  pbx: Pick<Pbx, 'configFile' | 'dataDir'>,
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const paths = ['--config', pbx.configFile, '--data', pbx.dataDir];
  const code = await run(['apply', ...args, ...paths], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start: () => Promise.reject(new Error('it runs already')),
  });
  return { code, out, err };
}
