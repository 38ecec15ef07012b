/** Reports of every kind, as importers make them, and what came of them. */

import type { TestApp } from './app.ts';
import { ask, type Caller } from './client.ts';
import { documentedImport, REPORT_FIELDS, type ReportAnswer } from './given.ts';

/** What a report answers, with everything that is wrong with it. */
export interface FullAnswer extends ReportAnswer {
  readonly problems?: readonly { readonly path: readonly string[]; readonly message: string }[];
}

/** What is asked of every report, problems included. */
export const ANSWER_FIELDS = `${REPORT_FIELDS}
  ... on InputError { problems { path message } }`;

/** The mutations that report one import, with the types of their inputs. */
export const REPORTS = {
  importCompleted: 'ImportCompletedInput',
  headlessImportNeedsReview: 'HeadlessImportNeedsReviewInput',
  headlessImportFailed: 'HeadlessImportFailedInput',
} as const;

/** Any of them. */
export type Reported = keyof typeof REPORTS;

/** Headless details with nothing but what is required. */
export const headlessDetails = {
  createdDate: '2024-04-24T17:19:02.000001Z',
  modifiedDate: '2024-04-24T17:20:14.659349Z',
} as const;

/** What every report of a headless import may say; it matches webhooks that listen to `contacts`. */
export const headlessImport = {
  importId: documentedImport.importId,
  filename: 'contacts.csv',
  completedAt: documentedImport.completedAt,
  importIdentifier: 'contacts',
  headless: headlessDetails,
} as const;

/** Makes one report. What `input` does not say is said as in {@link documentedImport} or {@link headlessImport}. */
export async function report(
  caller: Caller,
  reported: Reported,
  input: Readonly<Record<string, unknown>> = {},
): Promise<FullAnswer> {
  const like = reported === 'importCompleted' && !input.headless ? documentedImport : headlessImport;
  return await reportExactly(caller, reported, { ...like, ...input });
}

/** Makes one report that says what `input` says and nothing else. */
export async function reportExactly(
  caller: Caller,
  reported: Reported,
  input: Readonly<Record<string, unknown>>,
): Promise<FullAnswer> {
  return await ask<FullAnswer>(
    caller,
    `mutation ($input: ${REPORTS[reported]}!) { ${reported}(input: $input) { ${ANSWER_FIELDS} } }`,
    { input },
  );
}

/** Reports completed imports in bulk, each as {@link documentedImport} with what `imports` says of it. */
export async function reportMany(
  caller: Caller,
  imports: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly FullAnswer[]> {
  const { results } = await ask<{ results: FullAnswer[] }>(
    caller,
    `mutation ($input: ImportsCompletedInput!) { importsCompleted(input: $input) { results { ${ANSWER_FIELDS} } } }`,
    { input: { imports: imports.map((dataImport) => ({ ...documentedImport, ...dataImport })) } },
  );
  return results;
}

/** How many rows every table has, so that a test can see that something left nothing behind. */
export async function countRows({ db }: Pick<TestApp, 'db'>): Promise<Readonly<Record<string, number>>> {
  const tables = await db.query<{ name: string }>(
    `select tablename::text as name from pg_tables where schemaname = 'public' order by tablename`,
  );
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as rows from "${name}"`);
  const counted = await db.query<{ name: string; rows: number }>(counts.join(' union all '));
  return Object.fromEntries(counted.map(({ name, rows }) => [name, rows]));
}
