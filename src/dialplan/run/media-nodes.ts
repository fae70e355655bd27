/** Nodes that speak with the caller. Each answers the call first: prompts are part of the service. */

import { promptText } from '../node/node-title.ts';
import type { AnnounceNode, GatherNode, MenuNode, PlayNode, SetNode } from '../node/nodes.ts';
import { isAnnounced } from '../plan/decide.ts';
import type { FlowRun, Way } from './flow-run.ts';

const ATTEMPTS = 3;
const KEY_TIMEOUT_MS = 5000;

export async function play(node: PlayNode, run: FlowRun): Promise<Way> {
  const { call } = run;
  call.step('play', promptText(node.prompt));
  await call.answer();
  await call.play(node.prompt, { bargeIn: node.bargeIn ?? false, repeat: node.repeat ?? 1 });
  return 'next';
}

export async function announce(node: AnnounceNode, run: FlowRun): Promise<Way> {
  const { said, why } = isAnnounced(node, run);
  run.call.step(said ? `announce ${promptText(node.prompt)}` : 'announce → silent', why);
  if (!said) return 'next';
  await run.call.answer();
  await run.call.play(node.prompt);
  return 'next';
}

export function set(node: SetNode, run: FlowRun): Way {
  run.call.variables.set(node.variable, node.value);
  run.call.step(`set ${node.variable}`, node.value);
  return 'next';
}

export async function menu(node: MenuNode, run: FlowRun): Promise<Way> {
  const { call } = run;
  await call.answer();
  let longest = 1;
  for (const keys of Object.keys(node.keys)) longest = Math.max(longest, keys.length);
  const attempts = node.attempts ?? ATTEMPTS;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { digits } = await call.gather({
      prompt: node.prompt,
      min: 1,
      max: longest,
      timeoutMs: node.timeoutMs ?? KEY_TIMEOUT_MS,
      purpose: 'menu',
    });
    const which = `${promptText(node.prompt)}, attempt ${attempt} of ${attempts}`;
    if (Object.hasOwn(node.keys, digits)) {
      call.step(`menu → ${digits}`, `the caller pressed ${digits} (${which})`);
      return { take: node.keys[digits] };
    }
    call.step('menu', digits === '' ? `no key (${which})` : `key ${digits} leads nowhere (${which})`);
    if (digits !== '' && node.invalid && attempt < attempts) await call.play(node.invalid);
  }
  call.step('menu → otherwise', `no valid key in ${attempts} attempts`);
  return { take: node.otherwise };
}

export async function gather(node: GatherNode, run: FlowRun): Promise<Way> {
  const { call } = run;
  await call.answer();
  const { save, attempts = ATTEMPTS, invalid, otherwise, type, ...options } = node;
  const min = node.min ?? 1;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { digits } = await call.gather({ timeoutMs: KEY_TIMEOUT_MS, ...options, purpose: save });
    if (digits.length >= min) {
      call.variables.set(save, digits);
      if (node.secret) run.secrets.add(save);
      call.step(`gather ${save}`, node.secret ? `${digits.length} digits, secret` : digits);
      return 'next';
    }
    call.step(
      `gather ${save}`,
      `${digits.length} digits, at least ${min} wanted (${attempt} of ${attempts})`,
    );
    if (invalid && attempt < attempts) await call.play(invalid);
  }
  call.step(`gather ${save} → otherwise`, `no input in ${attempts} attempts`);
  return { take: otherwise };
}
