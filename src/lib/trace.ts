/** Spans: what was done when, for how long, and because of what. With no tracer behind it, it costs next to nothing. */

import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** Which span the work under way is done in. */
const current = new AsyncLocalStorage<Context>();

/** A span's place: what it is called, what is known at its beginning, and because of what it begins. */
export interface SpanStart extends SpanOptions {
  readonly name: string;
  /** A W3C `traceparent`; absent: whatever is under way. */
  readonly parent?: string | null | undefined;
}

/** The context to begin a span in. Of a parent that cannot be read nothing is known. */
export function contextOf(parent: string | null | undefined): Context {
  const remote = parent ? parseTraceparent(parent) : undefined;
  if (remote) return trace.setSpanContext(ROOT_CONTEXT, remote);
  return current.getStore() ?? context.active();
}

/** Does `work` in a span that ends with it; what it begins itself hangs below. A rejection is marked on the span. */
export async function inSpan<Result>(
  tracer: Tracer,
  { name, parent, ...options }: SpanStart,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  const outer = contextOf(parent);
  const span = tracer.startSpan(name, options, outer);
  if (!isOwn(span, outer)) return await work(span);
  try {
    return await current.run(trace.setSpan(outer, span), () => work(span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
}

/** Whether there is a tracer behind it: without one it is nothing, or its parent's shadow. One that is not kept is its own. */
function isOwn(span: Span, outer: Context): boolean {
  const { spanId } = span.spanContext();
  return isSpanContextValid(span.spanContext()) && spanId !== trace.getSpanContext(outer)?.spanId;
}

/** The span as W3C `traceparent`, to go on from elsewhere; null when there is none. https://www.w3.org/TR/trace-context/ */
export function formatTraceparent(span: Span): string | null {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isSpanContextValid(span.spanContext())) return null;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/** What a `traceparent` says, or `undefined` when it is none. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(text) ?? [];
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parsed) ? parsed : undefined;
}
