/** An API key in the list: whose it is, whether it lets anybody in, and until when. */

import { useState } from 'react';
import { type ApiKeyFieldsFragment, RevokeApiKeyDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, useDo } from '../api/ask.ts';
import { Action } from '../look/action.tsx';
import { Confirm } from '../look/confirm.tsx';
import { Tag } from '../look/tag.tsx';
import { Ago, Time } from '../look/time.tsx';

/** An end that is so near is pointed out, in milliseconds. */
const SOON_MS = 7 * 86_400_000;

/** One row. A key that has ended says how: it was revoked, or it expired by itself before anybody did that. */
export function KeyRow({ apiKey, time }: { apiKey: ApiKeyFieldsFragment; time: number }) {
  const { name, role, prefix, lastUsedAt, revokedAt, expiresAt } = apiKey;
  const endsAt = expiresAt ? Date.parse(expiresAt) : Number.POSITIVE_INFINITY;
  const hasExpired = endsAt <= (revokedAt ? Date.parse(revokedAt) : time);
  const hasEnded = hasExpired || revokedAt;
  return (
    <li className={`card plain-row${hasEnded ? ' key-ended' : ''}`}>
      <span className="plain-row-name">
        <strong className="cut">{name}</strong>
        <span className="quiet small cut">
          <code>{prefix}…</code> ·{' '}
          {lastUsedAt ? (
            <>
              last used <Ago at={lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
        </span>
      </span>
      <Tag tone="plain">{role}</Tag>
      {hasExpired && expiresAt && (
        <span className="quiet small">
          <Tag tone="warning">Expired</Tag> <Time at={expiresAt} />
        </span>
      )}
      {!hasExpired && revokedAt && (
        <span className="quiet small">
          <Tag tone="bad">Revoked</Tag> <Time at={revokedAt} />
        </span>
      )}
      {!hasEnded && (
        <>
          <span className={`small ${endsAt - time < SOON_MS ? 'tone-warning' : 'quiet'}`}>
            {expiresAt ? (
              <>
                expires <Ago at={expiresAt} />
              </>
            ) : (
              'does not expire'
            )}
          </span>
          <Revoke apiKey={apiKey} />
        </>
      )}
    </li>
  );
}

function Revoke({ apiKey: { id, name } }: { apiKey: ApiKeyFieldsFragment }) {
  const revoke = useDo(RevokeApiKeyDocument);
  const [revoking, setRevoking] = useState(false);

  async function run() {
    const answer = await revoke({ input: { apiKeyId: id } });
    if (!isRefused(answer)) setRevoking(false);
    return answer;
  }

  return (
    <>
      <Action size="compact-sm" variant="default" run={() => setRevoking(true)} aria-label={`Revoke ${name}`}>
        Revoke
      </Action>
      {revoking && (
        <Confirm title={`Revoke ${name}?`} verb="Revoke key" danger run={run} close={() => setRevoking(false)}>
          Whoever uses it is refused at once, and what they watch ends. This cannot be taken back.
        </Confirm>
      )}
    </>
  );
}
