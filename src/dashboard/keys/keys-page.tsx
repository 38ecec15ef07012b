/** The API keys of the organization. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { ApiKeysDocument } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { Plus } from '../look/icons.tsx';
import { MorePages } from '../look/more-pages.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { useNow } from '../look/time.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { KeyRow } from './key-row.tsx';
import { NewKey } from './new-key.tsx';

/** The list; who may not see it is told who may. */
export function KeysPage() {
  const whyNot = useWhyNot('manageKeys');
  if (whyNot) {
    return (
      <Page title="API keys">
        <Empty title="Your key may not see keys">{whyNot}</Empty>
      </Page>
    );
  }
  return <Keys />;
}

function Keys() {
  const [search] = useSearchParams();
  const after = search.get('after');
  const { data, problem, again } = useAsk(ApiKeysDocument, { first: 50, after }, { fresh: true });
  const [making, setMaking] = useState(false);
  const time = useNow(10_000);
  const keys = data?.apiKeys;
  return (
    <Page
      title="API keys"
      lead="Each program and each person has one of their own, so that one can be ended without the others."
      actions={
        <Button leftSection={<Plus />} onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {problem && <Problem again={again}>{problem}</Problem>}
      {!keys && !problem && <LoadingRows />}
      {keys && (
        <>
          <ul className="rows" aria-label="API keys">
            {keys.edges.map(({ node }) => (
              <KeyRow key={node.id} apiKey={node} time={time} />
            ))}
          </ul>
          <MorePages path="/keys" after={after} pageInfo={keys.pageInfo} />
        </>
      )}
      {making && <NewKey close={() => setMaking(false)} />}
    </Page>
  );
}
