/** From one page of a list to the next, by links. */

import { Button } from '@mantine/core';
import { Link, useSearchParams } from 'wouter';

/** The links; nothing when there is one page only. What the list is filtered by stays. */
export function MorePages({
  path,
  after,
  pageInfo,
}: {
  path: string;
  /** Where this page begins; null: at the beginning. */
  after: string | null;
  pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}) {
  const [search] = useSearchParams();
  if (!after && !pageInfo.hasNextPage) return null;

  function address(cursor: string | null | undefined): string {
    const params = new URLSearchParams(search);
    if (cursor) params.set('after', cursor);
    else params.delete('after');
    return `${path}?${params}`;
  }

  return (
    <nav className="pages" aria-label="Pages of the list">
      {after && (
        <Button variant="default" component={Link} href={address(null)}>
          First page
        </Button>
      )}
      {pageInfo.hasNextPage && (
        <Button variant="default" component={Link} href={address(pageInfo.endCursor)}>
          Next page
        </Button>
      )}
    </nav>
  );
}
