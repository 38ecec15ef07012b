/** A secret, shown once, and how to verify with it. */

import { Alert, Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Copyable } from '../look/copy.tsx';
import { type Language, SAMPLES } from './samples.ts';

/** The secret with code for three languages; `done` when it has been taken along. */
export function SecretShown({ secret, done }: { secret: string; done: () => void }) {
  const [language, setLanguage] = useState<Language>('node');
  return (
    <div className="stack">
      <Alert color="yellow">This is shown once. Put it where your receiver finds it, then go on.</Alert>
      <Copyable text={secret} what="Signing secret" />
      <h3>Verify what arrives</h3>
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
      <Button onClick={done}>I have kept it</Button>
    </div>
  );
}
