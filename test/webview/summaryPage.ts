import type { Browser } from 'playwright-core';
import type { FromSummary, ToSummary } from '../../src/protocol/summary';
import { BrowserPage, type PageOptions } from './browserPage';

/** The summary page in a browser. */
export type SummaryPage = BrowserPage<ToSummary, FromSummary>;

export function openSummary(browser: Browser, options: PageOptions = {}): Promise<SummaryPage> {
  return BrowserPage.open(browser, 'summary', options);
}
