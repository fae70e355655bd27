/**
 * What the console costs a browser (CONSOLE.md, "Ground rules"): `npm run bench:console -- [--only bytes|live|calls|list|flow] [--agents 500]
 * [--waiting 200] [--seconds 20] [--calls 1000] [--stored 1000000] [--pages 300] [--json FILE] [--profile FILE]`.
 *
 * `bytes`: as sent, of the shell and of each page with it, and the largest files. `live`: the live view while agents change four times a second and callers come
 * and go, fed by the engine over its stream: processor time of scripting for each update, layout shifts, and from the request that changes a state
 * to the screen. `calls`: heap and DOM nodes before and after so many calls. `list`: the list of calls with so many in the store, scrolled by so many pages. `flow`: the flow editor with 300 nodes, for each key and edit. Processor times hold on a machine that is busy; times to the screen do not: the load is told.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { CONSOLE_DIR } from '../../../src/http/console-pages.ts';
import { personOn } from '../../support/browser.ts';
import { openPage, startBrowser } from '../../support/console-browser.ts';
import { COUNT_SHIFTS } from '../../support/layout-shifts.ts';
import { percentile } from '../signalling/sipp-run.ts';
import { Centre, COMPANY } from './centre.ts';
import { costOf, metricsOf, round, sizeOf } from './chromium-cost.ts';
import { longFlowCosts } from './long-flow.ts';
import { longList } from './long-list.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    agents: { type: 'string', default: '500' },
    waiting: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    calls: { type: 'string', default: '1000' },
    stored: { type: 'string', default: '1000000' },
    pages: { type: 'string', default: '300' },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const does = (part: string) => values.only === undefined || values.only === part;

const UPDATES_A_SECOND = 4;
const AGENTS_EACH = 10;
/** Changes whose way to the screen is timed. */
const TIMED = 40;

interface Chunk {
  readonly file: string;
  readonly isDynamicEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** Bytes as sent, of the shell and of each page with the shell. */
function bytes() {
  const path = join(CONSOLE_DIR, '.vite/manifest.json');
  if (!existsSync(path)) throw new Error('the console is not built: scripts/build-console');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Chunk>;
  const filesOf = (name: string, seen = new Set<string>()): Set<string> => {
    const { file, css = [], imports = [] } = manifest[name]!;
    if (seen.has(file)) return seen;
    for (const each of [file, ...css]) seen.add(each);
    for (const each of imports) filesOf(each, seen);
    return seen;
  };
  const weigh = (files: Iterable<string>) => {
    const sizes = Array.from(
      files,
      (file) => [file, statSync(join(CONSOLE_DIR, `${file}.gz`)).size] as const,
    );
    const sorted = sizes.toSorted((a, b) => b[1] - a[1]);
    return { bytes: sorted.reduce((sum, [, size]) => sum + size, 0), largest: sorted.slice(0, 5) };
  };
  const shell = new Set([...filesOf('index.html'), ...filesOf('shell/shell.tsx')]);
  const pages = Object.entries(manifest).filter(
    ([name, { isDynamicEntry }]) => name.startsWith('page/') && isDynamicEntry,
  );
  return {
    shell: weigh(shell),
    ...Object.fromEntries(pages.map(([name]) => [name, weigh(new Set([...shell, ...filesOf(name)]))])),
  };
}

/** Resolves with when the tile of an agent says so, ms since 1970. */
const seen = (agent: string, word: string) => `new Promise((done) => {
  const says = () => document.querySelector('[data-agent="${agent}"]')?.textContent.includes('${word}');
  if (says()) return done(0);
  const observer = new MutationObserver(() => {
    if (!says()) return;
    observer.disconnect();
    requestAnimationFrame(() => done(Date.now()));
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
})`;

async function startProfile(session: CDPSession): Promise<void> {
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
}

/** Writes what DevTools opens (Performance, Load profile). */
async function endProfile(session: CDPSession, file: string): Promise<void> {
  const { profile } = await session.send('Profiler.stop');
  await session.send('Profiler.disable');
  writeFileSync(file, JSON.stringify(profile));
}

async function live(centre: Centre, page: Page, session: CDPSession) {
  await page.evaluate(COUNT_SHIFTS);
  // Clocks alone.
  const idle = await costOf(session, async () => {
    await sleep(seconds * 1000);
    return seconds * UPDATES_A_SECOND;
  });
  if (values.profile) await startProfile(session);
  const busy = await costOf(session, async () => {
    // Two callers a second come, and two give up.
    centre.call(seconds * 2, 2, 3000);
    return await centre.update(seconds, UPDATES_A_SECOND, AGENTS_EACH);
  });
  if (values.profile) await endProfile(session, values.profile);
  const shifts = round(await page.evaluate<number>('shifts'), 4);
  const agent = centre.agents[0]!;
  const ways: number[] = [];
  for (let change = 0; change < TIMED; change += 1) {
    const [state, word] = change % 2 === 0 ? ['training', '培训'] : ['meeting', '会议'];
    const shown = page.evaluate<number>(seen(agent, word!));
    await sleep(50);
    const at = Date.now();
    await centre.setState(agent, state!);
    ways.push((await shown) - at);
  }
  ways.sort((a, b) => a - b);
  const toScreen = { p50Ms: round(percentile(ways, 0.5)), p95Ms: round(percentile(ways, 0.95)) };
  return { idle, busy, shifts, toScreen, nodes: (await metricsOf(session))['Nodes'] };
}

/** Heap and DOM of the page before and after so many calls. */
async function calls(centre: Centre, session: CDPSession) {
  const size = async () => {
    await sleep(3000);
    return await sizeOf(session);
  };
  // The first ones fill what is kept once.
  await centre.call(50, 40, 500).exited;
  const before = await size();
  const count = Number(values.calls);
  await centre.call(count, 40, 500).exited;
  return { calls: count, before, after: await size() };
}

async function measured(): Promise<object> {
  const outcome: Record<string, unknown> = {};
  if (does('bytes')) outcome['bytes'] = bytes();
  if (does('list')) outcome['list'] = await longList(Number(values.stored), Number(values.pages));
  if (does('flow')) {
    const { profile: file } = values;
    const profile = file && { start: startProfile, end: (session: CDPSession) => endProfile(session, file) };
    outcome['flow'] = await longFlowCosts(profile || undefined);
  }
  if (!does('live') && !does('calls')) return outcome;
  const centre = await Centre.open(Number(values.agents));
  const browser = await startBrowser();
  try {
    const person = await personOn(centre.pbx.http, COMPANY, { login: 'li', roles: ['company-admin'] });
    const { page, faults } = await openPage(browser);
    const [name, value] = person.cookie.split(/=(.*)/s) as [string, string];
    await page.context().addCookies([{ name, value, url: centre.pbx.http }]);
    const waiting = Number(values.waiting);
    await centre.fill(waiting);
    await page.goto(`${centre.pbx.http}/live`);
    await page.getByText(`已签入 ${values.agents}`).waitFor({ timeout: 60_000 });
    await page.getByRole('grid', { name: '排队中的来电' }).waitFor();
    const session = await page.context().newCDPSession(page);
    // Processor time of the thread, which holds on a busy machine.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    if (does('live')) outcome['live'] = await live(centre, page, session);
    if (does('calls')) outcome['calls'] = await calls(centre, session);
    if (faults.length > 0) outcome['faults'] = faults;
  } finally {
    await browser.close();
    await centre.close();
  }
  return outcome;
}

const outcome = {
  ...(await measured()),
  machine: { cpu: cpus()[0]?.model, cpus: cpus().length, load: round(loadavg()[0]!) },
};
console.log(JSON.stringify(outcome, undefined, 2));
if (values.json) writeFileSync(values.json, JSON.stringify(outcome));
