/** The form of a webhook as values: what is wrong with them as one types, and what is sent. */

import type { CreateWebhookInput, EventType, WebhookQuery } from '../../../schema/generated/graphql.ts';
import type { Refused } from '../api/ask.ts';
import { EVENTS } from './words.ts';

/** What is in the fields. */
export interface WebhookValues {
  readonly url: string;
  readonly description: string;
  readonly developmentMode: boolean;
  readonly importIdentifiers: readonly string[];
  readonly savedSchemaIds: readonly string[];
  readonly events: readonly EventType[];
  /** Absent: those that there are stay; their values cannot be shown. */
  readonly headers: readonly HeaderValue[] | undefined;
  readonly maxAttemptsPerSecond: string;
  /** Seconds, separated by commas. */
  readonly retrySchedule: string;
}

/** A custom header in the form. */
export interface HeaderValue {
  /** Of the row, for as long as the form is open. */
  readonly key: number;
  readonly name: string;
  readonly value: string;
}

/** A field that something can be wrong with. */
export type Field = keyof WebhookValues;

/** What is wrong, by field. */
export type Wrong = Partial<Record<Field, string>>;

/** An empty form. */
export const EMPTY: WebhookValues = {
  url: '',
  description: '',
  developmentMode: false,
  importIdentifiers: [],
  savedSchemaIds: [],
  events: EVENTS.map(({ type }) => type),
  headers: [],
  maxAttemptsPerSecond: '',
  retrySchedule: '',
};

/** The form of a webhook that there is. */
export function valuesOf(webhook: NonNullable<WebhookQuery['webhook']>): WebhookValues {
  return {
    url: webhook.url,
    description: webhook.description,
    developmentMode: webhook.developmentMode,
    importIdentifiers: webhook.importIdentifiers,
    savedSchemaIds: webhook.savedSchemas.map(({ id }) => id),
    events: webhook.events,
    headers: webhook.headers.length > 0 ? undefined : [],
    maxAttemptsPerSecond: webhook.maxAttemptsPerSecond?.toString() ?? '',
    retrySchedule: webhook.retryScheduleSeconds.join(', '),
  };
}

/** What is wrong with the values, as far as it can be told without the server. */
export function findWrong(values: WebhookValues): Wrong {
  const found: Record<Field, string | undefined> = {
    url: wrongUrl(values.url.trim()),
    description: values.description.length > 500 ? 'At most 500 characters.' : undefined,
    developmentMode: undefined,
    importIdentifiers:
      values.importIdentifiers.length + values.savedSchemaIds.length === 0
        ? 'Name at least one import identifier or saved schema; without either it would never fire.'
        : undefined,
    savedSchemaIds: undefined,
    events: values.events.length === 0 ? 'Choose at least one event.' : undefined,
    headers: values.headers && wrongHeaders(values.headers),
    maxAttemptsPerSecond: wrongRate(values.maxAttemptsPerSecond.trim()),
    retrySchedule: wrongSchedule(values.retrySchedule),
  };
  return Object.fromEntries(Object.entries(found).filter(([, sentence]) => sentence !== undefined));
}

/** What is sent. */
export function inputOf(values: WebhookValues): CreateWebhookInput {
  return {
    url: values.url.trim(),
    description: values.description.trim(),
    developmentMode: values.developmentMode,
    importIdentifiers: [...values.importIdentifiers],
    savedSchemaIds: [...values.savedSchemaIds],
    events: [...values.events],
    ...(values.headers
      ? { headers: values.headers.map(({ name, value }) => ({ name: name.trim(), value: value.trim() })) }
      : {}),
    maxAttemptsPerSecond: Number(values.maxAttemptsPerSecond.trim() || 0),
    retryScheduleSeconds: secondsOf(values.retrySchedule),
  };
}

/** What the server declined, by the field that it concerns; the rest is about the form as a whole. */
export function wrongOf({ code, message, problems }: Refused): { fields: Wrong; rest: string | undefined } {
  const field = FIELDS_OF_CODES[code];
  if (field) return { fields: { [field]: message }, rest: undefined };
  const known = (problems ?? []).flatMap(({ path: [name = '', position, part], message: sentence }) => {
    const of = FIELDS_OF_INPUT[name];
    const where = position === undefined ? '' : `${Number(position) + 1}. ${part ?? ''} `;
    return of ? [[of, `${where}${sentence}`] as const] : [];
  });
  return { fields: Object.fromEntries(known), rest: known.length === 0 ? message : undefined };
}

const FIELDS_OF_CODES: Readonly<Record<string, Field>> = {
  WEBHOOK_URL_REFUSED: 'url',
  WEBHOOK_FILTER_EMPTY: 'importIdentifiers',
  SAVED_SCHEMA_NOT_FOUND: 'savedSchemaIds',
};

const FIELDS_OF_INPUT: Readonly<Record<string, Field>> = {
  url: 'url',
  description: 'description',
  importIdentifiers: 'importIdentifiers',
  savedSchemaIds: 'savedSchemaIds',
  events: 'events',
  headers: 'headers',
  maxAttemptsPerSecond: 'maxAttemptsPerSecond',
  retryScheduleSeconds: 'retrySchedule',
};

function wrongUrl(url: string): string | undefined {
  if (url === '') return 'Say where deliveries go.';
  if (!/^https?:\/\/[^/?#]/i.test(url)) return 'It starts with http:// or https:// and a host.';
  if (/\s|\\/.test(url)) return 'It has no spaces and no backslashes.';
  if (url.includes('#')) return 'It has no fragment (#…): that would not be sent.';
  if (!URL.canParse(url)) return 'This is not a URL.';
  const { username, password } = new URL(url);
  return username || password ? 'It has no user name or password; a custom header can carry them.' : undefined;
}

function wrongHeaders(headers: readonly HeaderValue[]): string | undefined {
  if (headers.some(({ name }) => !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name.trim()))) {
    return 'A name is letters, digits and hyphens, such as Authorization.';
  }
  if (headers.some(({ value }) => !/^[\x20-\x7e]+$/.test(value.trim())))
    return 'A value is visible ASCII characters, and not empty.';
  const names = new Set(headers.map(({ name }) => name.trim().toLowerCase()));
  if (names.size < headers.length) return 'Name each header once; upper and lower case are the same.';
  return headers.length > 20 ? 'At most 20 headers.' : undefined;
}

function wrongRate(rate: string): string | undefined {
  if (rate === '') return undefined;
  const number = Number(rate);
  return number === 0 || (number >= 0.01 && number <= 10_000)
    ? undefined
    : 'A number from 0.01 to 10000, or nothing for no limit.';
}

function wrongSchedule(schedule: string): string | undefined {
  const seconds = secondsOf(schedule);
  if (seconds.some((delay) => !Number.isInteger(delay) || delay < 0 || delay > 2_592_000)) {
    return 'Whole seconds separated by commas, each at most 30 days: 5, 60, 3600.';
  }
  return seconds.length > 100 ? 'At most 100 delays.' : undefined;
}

function secondsOf(schedule: string): number[] {
  return schedule
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number);
}
