/** A delivery's own page, for links to it. */

import { Page } from '../look/page.tsx';
import { DeliveryView } from './delivery-view.tsx';

/** The same as beside the log. */
export function DeliveryPage({ id }: { id: string }) {
  return (
    <Page title="Delivery">
      <DeliveryView id={id} />
    </Page>
  );
}
