/** Unpacks the browser before the tests, so that not several of them do it at once. */

import sparticuz from '@sparticuz/chromium';

/** Takes a few seconds the first time on a machine, and nothing afterwards. */
export default async function setUp(): Promise<void> {
  if (!process.env.CHROMIUM_PATH) await sparticuz.executablePath();
}
