/** The list of calls with a million of them in the store: to the first rows, for each page that is scrolled, and what is kept after hundreds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, GOOD_PASSWORD, Browser as Person } from '../../support/browser.ts';
import { openPage, startBrowser } from '../../support/console-browser.ts';
import { COMPANY, Subject } from '../api/subject.ts';
import { TOKEN } from '../signalling/bench-config.ts';
import { percentile } from '../signalling/sipp-run.ts';
import { costOf, round, sizeOf } from './chromium-cost.ts';

const PAGE_ROWS = 50;
const TOTALS = 5;

/** Scrolls to the end of what was read, so often; resolves with how long each page behind it took, ms. */
const scroll = (pages: number) => `(async () => {
  const box = document.querySelector('.grid');
  const took = [];
  for (let page = 0; page < ${pages}; page += 1) {
    const [height, from] = [box.scrollHeight, performance.now()];
    box.scrollTop = height;
    while (box.scrollHeight === height) await new Promise((done) => requestAnimationFrame(done));
    took.push(performance.now() - from);
  }
  return took;
})()`;

async function signedIn(http: string): Promise<Person> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'pbx-tenant': COMPANY };
  const fields = { login: 'li', name: 'li', roles: ['company-admin'] };
  const { body } = await ask(http, 'POST /api/v1/users', { body: fields, headers });
  const person = new Person(http);
  await person.signIn({ tenant: COMPANY, login: 'li', password: body.password });
  await person.changePassword(body.password, GOOD_PASSWORD);
  return person;
}

export async function longList(calls: number, pages: number) {
  const began = performance.now();
  const subject = await Subject.start(calls, undefined, { companies: 1, stepMs: 30_000 });
  const storedMs = round(performance.now() - began, 0);
  const browser = await startBrowser();
  try {
    const person = await signedIn(subject.http);
    const { page, faults } = await openPage(browser);
    const [name, value] = person.cookie.split(/=(.*)/s) as [string, string];
    await page.context().addCookies([{ name, value, url: subject.http }]);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const opened = performance.now();
    await page.goto(`${subject.http}/calls?range=all`);
    await page.locator('.grid-row').first().waitFor();
    const firstRowsMs = round(performance.now() - opened, 0);
    await page.getByText(`共 ${calls.toLocaleString('en')} 通`).waitFor({ timeout: 60_000 });
    const withTotalsMs = round(performance.now() - opened, 0);
    const totalsMs: number[] = [];
    const totals = await subject.probe(async () => {
      for (let turn = 0; turn < TOTALS; turn += 1) {
        const from = performance.now();
        await person.ask('GET /api/v1/calls/totals');
        totalsMs.push(performance.now() - from);
      }
    });
    await page.evaluate(scroll(20));
    await sleep(3000);
    const after20 = await sizeOf(session);
    let took: number[] = [];
    let perPage = {};
    const read = await subject.probe(async () => {
      perPage = await costOf(session, async () => {
        took = await page.evaluate<number[]>(scroll(pages));
        return took.length;
      });
    });
    await sleep(3000);
    took.sort((a, b) => a - b);
    return {
      ...{ calls, storedMs, firstRowsMs, withTotalsMs },
      totals: {
        ms: totalsMs.map((ms) => round(ms, 0)),
        engineLongestTurnMs: round(totals.turnsMs.at(-1) ?? 0),
      },
      scrolled: {
        rows: (pages + 20) * PAGE_ROWS,
        pageP50Ms: round(percentile(took, 0.5)),
        pageP95Ms: round(percentile(took, 0.95)),
        perPage,
        engineLongestTurnMs: round(read.turnsMs.at(-1) ?? 0),
      },
      after20,
      after: { pages: pages + 20, ...(await sizeOf(session)) },
      ...(faults.length > 0 && { faults }),
    };
  } finally {
    await browser.close();
    await subject.stop();
  }
}
