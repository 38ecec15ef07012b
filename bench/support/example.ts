/** What the benches send: Dromo's documented example, each time under another id. */

import { randomUUID } from 'node:crypto';

/** What webhooks of the benches listen to, where one is enough. */
export const IMPORT_IDENTIFIER = 'contacts';

/** `ImportCompletedInput` of a new import, which webhooks on `importIdentifier` get. */
export function exampleImport(importIdentifier = IMPORT_IDENTIFIER) {
  return {
    importId: randomUUID(),
    filename: 'contacts.csv',
    user: { id: 'user-123', name: 'Caitlin Clark', email: 'cclark@uiowa.edu' },
    completedAt: '2024-04-24T17:20:14.659349Z',
    importType: 'EMBEDDED',
    numDataRows: 433,
    developmentMode: false,
    hasData: true,
    importIdentifier,
  } as const;
}

/** What receivers get of such an import, as data, for those who send it without Posthorn. */
export function examplePayload(id: string) {
  return {
    event: 'import_completed',
    data: {
      id,
      filename: 'contacts.csv',
      user: {
        id: 'user-123',
        name: 'Caitlin Clark',
        email: 'cclark@uiowa.edu',
        company_id: null,
        company_name: null,
      },
      created_date: '2024-04-24T17:20:14.659349Z',
      import_type: 'EMBEDDED',
      status: 'SUCCESSFUL',
      num_data_rows: 433,
      development_mode: false,
      has_data: true,
    },
  };
}

/** A request as receivers get it, with as many bytes and headers as ours, for those who send it without Posthorn. */
export function exampleRequest(id = '025f399f-4370-4064-aed5-b8d16b597183') {
  return { headers: HEADERS, body: JSON.stringify(examplePayload(id)) };
}

/** The id in a body that a receiver got; empty when there is none. */
export function idInBody(body: string): string {
  const start = body.indexOf(BEFORE_ID) + BEFORE_ID.length;
  return body.slice(start, body.indexOf('"', start));
}

const BEFORE_ID = '"data":{"id":"';

const HEADERS = {
  'content-type': 'application/json',
  'user-agent': 'bench',
  'posthorn-delivery-id': 'del_00000000000000000000000000',
  'posthorn-attempt': '1',
  'webhook-id': 'evt_00000000000000000000000000',
  'webhook-timestamp': '1700000000',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
} as const;
