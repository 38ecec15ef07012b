/** One attempt in the timeline of a delivery. */

import type { AttemptDetailsFragment } from '../../../schema/generated/graphql.ts';
import { errorName, WARNINGS } from '../log/words.ts';
import { Copyable } from '../look/copy.tsx';
import { indentJson } from '../look/json.ts';
import { Sentence } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { duration, Time } from '../look/time.tsx';

/** What it came to; what was answered is folded up, but for the latest. */
export function AttemptItem({ attempt, isLatest }: { attempt: AttemptDetailsFragment; isLatest: boolean }) {
  const { number, outcome, startedAt, durationMs, responseStatus, errorCode, errorMessage, cure, leaseLost } = attempt;
  const succeeded = outcome === 'SUCCEEDED';
  return (
    <li className={`attempt attempt-${outcome}`}>
      <details open={isLatest}>
        <summary>
          <strong>Attempt {number}</strong>
          <Tag tone={succeeded ? 'good' : 'bad'}>
            {succeeded ? `answered ${responseStatus}` : errorCode ? errorName(errorCode, responseStatus) : 'failed'}
          </Tag>
          <span className="quiet small">
            <Time at={startedAt} /> · {duration(durationMs)}
          </span>
        </summary>
        {errorMessage && <p>{errorMessage}</p>}
        {cure && (
          <p className="quiet">
            <Sentence>{cure}</Sentence>
          </p>
        )}
        {leaseLost && <p className="quiet">Its outcome came too late to change the delivery.</p>}
        <Timings attempt={attempt} />
        <Response attempt={attempt} />
      </details>
    </li>
  );
}

const PHASES = [
  { key: 'dnsMs', name: 'Look-up', className: 'phase-dns' },
  { key: 'connectMs', name: 'Connect', className: 'phase-connect' },
  { key: 'tlsMs', name: 'TLS', className: 'phase-tls' },
] as const;

function Timings({ attempt: { timings, url, remoteAddress } }: { attempt: AttemptDetailsFragment }) {
  if (!timings) return null;
  const before = PHASES.map((phase) => ({ ...phase, ms: timings[phase.key] ?? 0 }));
  const connectedMs = before.reduce((sum, { ms }) => sum + ms, 0);
  const waitedMs = Math.max((timings.firstByteMs ?? timings.totalMs) - connectedMs, 0);
  const readMs = timings.firstByteMs === null ? 0 : Math.max(timings.totalMs - timings.firstByteMs, 0);
  const phases = [
    ...before,
    { key: 'wait', name: 'Receiver', className: 'phase-wait', ms: waitedMs },
    { key: 'read', name: 'Reading', className: 'phase-read', ms: readMs },
  ].filter(({ ms }) => ms > 0);
  return (
    <div className="timings">
      <p className="quiet small">
        <span className="mono">POST {url}</span>
        {remoteAddress && <> to {remoteAddress}</>}
      </p>
      {phases.length > 0 && (
        <div className="phases" aria-hidden="true">
          {phases.map(({ key, className, ms }) => (
            <i key={key} className={className} style={{ flexGrow: ms }} />
          ))}
        </div>
      )}
      <ul className="legend small quiet" aria-label="Where the time went">
        {phases.map(({ key, name, className, ms }) => (
          <li key={key}>
            <i className={className} /> {name} {duration(ms)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Response({ attempt }: { attempt: AttemptDetailsFragment }) {
  const { responseHeaders, responseBody, responseBodyTruncated, responseWarnings } = attempt;
  if (!responseHeaders) return null;
  return (
    <>
      {responseWarnings.map((warning) => (
        <p key={warning} className="quiet">
          {WARNINGS[warning] ?? warning}
        </p>
      ))}
      <details className="headers">
        <summary>{responseHeaders.length} response headers</summary>
        <dl className="header-list mono small">
          {responseHeaders.map(({ name, values }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{values.join(', ')}</dd>
            </div>
          ))}
        </dl>
      </details>
      {responseBody ? (
        <Copyable text={responseBody} what={`Response of attempt ${attempt.number}`}>
          {indentJson(responseBody)}
        </Copyable>
      ) : (
        <p className="quiet small">The response had no body.</p>
      )}
      {responseBodyTruncated && <p className="quiet small">There was more; the first 16 KiB are kept.</p>}
    </>
  );
}
