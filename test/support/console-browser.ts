/** Debian's Chromium, driven by playwright-core, which brings no browser of its own. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const BINARY = '/usr/bin/chromium';

/** Why no browser can run here, undefined when one can. */
export const browserMissing = existsSync(BINARY) ? undefined : `${BINARY} is not installed (chromium)`;

/** `more`: arguments besides. */
export function startBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: BINARY,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--mute-audio', ...more],
  });
}

/** What went wrong in a page by itself: exceptions, what the console was told, what the content policy refused. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** A page of somebody of his own: cookies and choices are his alone. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'zh-CN',
    // Another one than the company's: times on the screen are the company's.
    timezoneId: 'America/New_York',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // What the server refuses is seen in the page, and is no fault of it.
    const isRefusal = /Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !isRefusal) faults.push(message.text());
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // What the page takes back itself: nobody looks at it any more.
    if (why !== 'net::ERR_ABORTED') faults.push(`${request.url()} ${why}`);
  });
  return { page, faults };
}

/** Takes the pointer where nothing is, and waits until the tooltip of where it was is gone: it is no part of what is looked at. */
export async function pointerAway(page: Page): Promise<void> {
  await page.mouse.move(0, 400);
  await page.locator('.ant-tooltip:visible').first().waitFor({ state: 'hidden' });
}
