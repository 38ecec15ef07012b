/** A secret, shown once, and how to verify with it. */

import { Alert, Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Copyable } from '../look/copy.tsx';
import { type Language, SAMPLES } from './samples.ts';

/** The secret with how to verify what is signed with it; `done` when it has been taken along. */
export function SecretShown({ secret, body, done }: { secret: string; body: 'json' | 'form'; done: () => void }) {
  return (
    <div className="stack">
      <Alert color="yellow">This is shown once. Put it where your receiver finds it, then go on.</Alert>
      <Copyable text={secret} what="Signing secret" />
      <h3>Verify what arrives</h3>
      {body === 'json' ? (
        <Samples />
      ) : (
        <p>
          Basic webhooks get a form, which the libraries’ <code>verify</code> does not take. Have <code>sign</code> make
          the signature of <code>webhook-id</code>, <code>webhook-timestamp</code> and the body as it came, and look for
          it in <code>webhook-signature</code>.
        </p>
      )}
      <Button onClick={done}>I have kept it</Button>
    </div>
  );
}

/** Code for three languages. */
function Samples() {
  const [language, setLanguage] = useState<Language>('node');
  return (
    <>
      <SegmentedControl
        aria-label="Language"
        value={language}
        onChange={(value) => setLanguage(value as Language)}
        data={Object.entries(SAMPLES).map(([value, { name }]) => ({ value, label: name }))}
      />
      <Copyable text={SAMPLES[language].code} what={`${SAMPLES[language].name} code`} />
      <p className="quiet small">
        {SAMPLES[language].install}. Signatures follow Standard Webhooks; libraries for other languages verify them as
        well.
      </p>
    </>
  );
}
