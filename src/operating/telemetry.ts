/** Traces: where spans go. */

import { type Tracer, trace } from '@opentelemetry/api';
import type { Config } from '../config.ts';
import type { Logger } from '../lib/logger.ts';

/** What spans are made by, and what takes them away. */
export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what has not been sent yet, for a few seconds at most, and no longer than until `deadline` is aborted. */
  stop(deadline: AbortSignal): Promise<void>;
}

/** Spans go to whatever somebody registered with OpenTelemetry's API in this process, usually nowhere. */
export const noTelemetry: Telemetry = { tracer: trace.getTracer('posthorn'), stop: () => Promise.resolve() };

/** How long spans are gathered before they are sent, in milliseconds. */
const GATHER_MS = 2_000;

/** How long sending may take, in milliseconds. What cannot be sent by then is dropped: nothing waits for a trace. */
const SEND_WITHIN_MS = 5_000;

/**
 * Sends spans to the OpenTelemetry collector of the configuration, by OTLP over HTTP, as JSON; to nowhere when there is
 * none. The SDK is loaded only when it is needed. When the collector is away spans are dropped, and that is logged.
 */
export async function openTelemetry({ tracing }: Pick<Config, 'tracing'>, log: Logger): Promise<Telemetry> {
  if (!tracing) return noTelemetry;
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const otlp = new OTLPTraceExporter({ url: tracing.url.href, timeoutMillis: SEND_WITHIN_MS });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': tracing.serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(tracing.ratio) }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: {
          export: (spans, done) =>
            otlp.export(spans, (result) => {
              if (result.error) log.warn({ spans: spans.length, error: result.error.message }, 'traces.dropped');
              done(result);
            }),
          forceFlush: () => otlp.forceFlush(),
          shutdown: () => otlp.shutdown(),
        },
        scheduledDelayMillis: GATHER_MS,
        exportTimeoutMillis: SEND_WITHIN_MS,
      }),
    ],
  });
  return {
    tracer: provider.getTracer('posthorn'),
    async stop(deadline) {
      const cut = new Promise<void>((resolve) => {
        deadline.addEventListener('abort', () => resolve(), { once: true });
        if (deadline.aborted) resolve();
      });
      await Promise.race([provider.shutdown().catch(() => undefined), cut]);
    },
  };
}
