/** Comparing what was delivered with what the receiver has, by a digest of either. */

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { Copyable } from '../look/copy.tsx';
import { number } from '../look/sentence.tsx';

/** Our digest, and a field for the receiver's. */
export function DigestCheck({ digest, delivered }: { digest: string; delivered: number }) {
  const [typed, setTyped] = useState('');
  const theirs = typed.trim().toLowerCase();
  return (
    <section className="card facts-card" aria-labelledby="digest">
      <h2 id="digest">Does the receiver still have {delivered === 1 ? 'it' : `all ${number(delivered)}`}?</h2>
      <p>
        What was answered with 2xx is delivered; whether it was kept, only the receiver knows. It takes the{' '}
        <code>webhook-id</code> of each event that it has of this window, sorts them, joins them with line feeds, and
        makes the SHA-256 of that. This is ours:
      </p>
      <Copyable text={digest} what="Digest" />
      <TextInput
        label="The receiver’s digest"
        className="mono-field"
        spellCheck={false}
        autoComplete="off"
        value={typed}
        error={theirs && !/^[0-9a-f]{64}$/.test(theirs) ? 'A digest has 64 hexadecimal digits.' : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <p role="status">
        {theirs === digest && <strong>The same: it has everything that was delivered.</strong>}
        {/^[0-9a-f]{64}$/.test(theirs) && theirs !== digest && (
          <strong>Not the same. Its ids, in the field below, say what is missing; so do the parts, one by one.</strong>
        )}
      </p>
    </section>
  );
}
