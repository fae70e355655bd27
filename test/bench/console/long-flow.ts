/** The flow editor with a hotline of hundreds of nodes: scripting for each key that is pressed and each edit, in both views, and how long the check takes. */
import type { CDPSession, Page } from 'playwright-core';
import { personOn } from '../../support/browser.ts';
import { openPage, startBrowser } from '../../support/console-browser.ts';
import { longFlow } from '../../support/long-flow.ts';
import { Pbx } from '../../support/pbx.ts';
import { percentile } from '../signalling/sipp-run.ts';
import { costOf, metricsOf, round } from './chromium-cost.ts';

const NUMBER = '4006543300';
const LETTERS = 40;
const EDITS = 12;
const CHECKS = 20;

/** Two frames later all that a key has begun is on the screen. */
const drawn = (page: Page) =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

/** Scripting of each step by itself, ms of processor time, sorted. */
async function eachOf(session: CDPSession, count: number, step: (index: number) => Promise<void>) {
  const costs: number[] = [];
  const scripted = async () => (await metricsOf(session))['ScriptDuration']!;
  for (let index = 0; index < count; index++) {
    const before = await scripted();
    await step(index);
    costs.push(((await scripted()) - before) * 1000);
  }
  costs.sort((one, other) => one - other);
  return {
    p50: round(percentile(costs, 0.5)),
    p95: round(percentile(costs, 0.95)),
    max: round(costs.at(-1)!),
  };
}

export async function longFlowCosts(profile?: {
  start: (of: CDPSession) => Promise<void>;
  end: (of: CDPSession) => Promise<void>;
}) {
  const pbx = await Pbx.start();
  const browser = await startBrowser();
  try {
    const person = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
    const { flow, nodes } = longFlow();
    const hotline = { number: NUMBER, flow };
    const made = await person.ask('POST /api/v1/hotlines', { body: hotline });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    const checks: number[] = [];
    for (let index = 0; index < CHECKS; index++) {
      const from = performance.now();
      await person.ask(`POST /api/v1/flows/${NUMBER}/check`, { body: { hotline: { flow } } });
      checks.push(performance.now() - from);
    }
    checks.sort((one, other) => one - other);
    const { page, faults } = await openPage(browser);
    const [name, value] = person.cookie.split(/=(.*)/s) as [string, string];
    await page.context().addCookies([{ name, value, url: pbx.http }]);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const views: Record<string, unknown> = {};
    for (const view of ['outline', 'canvas']) {
      await page.goto(`${pbx.http}/flows/${NUMBER}?view=${view}`);
      const sight = page.locator(view === 'outline' ? '.outline-row' : '.react-flow__node');
      await sight.first().waitFor();
      await page
        .getByText('检查通过')
        .or(page.getByText(/个警告/))
        .first()
        .waitFor();
      await page.locator('[data-flow-view]').focus();
      // The first prompt below the start.
      for (const key of view === 'outline' ? ['Home', 'ArrowDown'] : ['ArrowDown'])
        await page.keyboard.press(key);
      const walked = await eachOf(session, EDITS, async (index) => {
        await page.keyboard.press(index % 2 === 0 ? 'ArrowDown' : 'ArrowUp');
        await drawn(page);
      });
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
      await page.getByLabel('播放次数').focus();
      if (profile && view === 'canvas') await profile.start(session);
      const typed = await eachOf(session, LETTERS, async (index) => {
        await page.keyboard.press(index % 2 === 0 ? '3' : 'Backspace');
        await drawn(page);
      });
      if (profile && view === 'canvas') await profile.end(session);
      await page.locator('[data-flow-view]').focus();
      const duplicated = await eachOf(session, EDITS, async () => {
        await page.keyboard.press('Control+d');
        await drawn(page);
      });
      const undone = await eachOf(session, EDITS, async () => {
        await page.keyboard.press('Control+z');
        await drawn(page);
      });
      const whole = await costOf(session, async () => {
        await page.locator('[data-flow-view]').focus();
        for (let index = 0; index < EDITS; index++) await page.keyboard.press('Control+d');
        await drawn(page);
        return EDITS;
      });
      views[view] = { inSight: await sight.count(), walked, typed, duplicated, undone, whole };
    }
    return {
      nodes,
      checkMs: {
        p50: round(percentile(checks, 0.5)),
        p95: round(percentile(checks, 0.95)),
        max: round(checks.at(-1)!),
      },
      ...views,
      ...(faults.length > 0 && { faults }),
    };
  } finally {
    await browser.close();
    await pbx.cleanUp();
  }
}
