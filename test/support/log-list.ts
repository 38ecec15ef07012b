/** The list of the delivery log in a browser, read from end to end although only the part in view exists. */

import type { Page } from 'playwright-core';

/** What the list holds. */
export interface WholeList {
  /** The words of each row, newest first. */
  readonly rows: readonly string[];
  /** The most rows that there were at once. */
  readonly mostDrawn: number;
}

/** Walks through the list from the newest entry to the oldest, which pauses it, and leaves it there. */
export async function readWholeList(page: Page): Promise<WholeList> {
  return await page.locator('.log-list').evaluate(async (list) => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const rows: string[] = [];
    let mostDrawn = 0;
    for (let top = 0; top === 0 || top < list.scrollHeight; top += list.clientHeight) {
      list.scrollTo({ top });
      await drawn();
      const items = list.querySelectorAll('li');
      mostDrawn = Math.max(mostDrawn, items.length);
      for (const item of items) rows[Number(item.getAttribute('aria-posinset')) - 1] = item.textContent ?? '';
    }
    return { rows, mostDrawn };
  });
}

/** The number of an entry whose reason is `entry` and a number; `undefined` for others. */
export function numberIn(row: string): number | undefined {
  const [, number] = /entry (\d+)$/.exec(row) ?? [];
  return number === undefined ? undefined : Number(number);
}
