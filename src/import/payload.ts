/** The bodies that receivers get. */

import type { EventType, HeadlessDetails, ImportUser, ReportedImport } from './reported-import.ts';

const STATUS = {
  import_completed: 'SUCCESSFUL',
  headless_import_needs_review: 'NEEDS_REVIEW',
  headless_import_failed: 'FAILED',
} as const satisfies Record<EventType, string>;

/**
 * The JSON body of a managed webhook, minified, its keys in the documented order. Only a completed import has rows and
 * data; whatever the importer said of another, `num_data_rows` is null and `has_data` false. Nothing that opens an
 * import or its file goes in: no `review_url`, no `original_file_download`, and `upload` is always null.
 *
 * Opaque values come out as `parseExact` took them in: numbers to the digit, keys in their order, except that keys
 * that are whole numbers move to the front of their object, as everywhere in JavaScript.
 *
 * Source: https://developer.dromo.io/webhooks, whose receivers read this without a change.
 */
export function managedBody(dataImport: ReportedImport): string {
  const isCompleted = dataImport.event === 'import_completed';
  return JSON.stringify({
    event: dataImport.event,
    data: {
      id: dataImport.id,
      filename: dataImport.filename,
      user: dataImport.user && userOnTheWire(dataImport.user),
      created_date: dataImport.createdDate,
      import_type: dataImport.importType,
      status: STATUS[dataImport.event],
      num_data_rows: isCompleted ? dataImport.numDataRows : null,
      development_mode: dataImport.developmentMode,
      has_data: isCompleted && dataImport.hasData,
      ...(dataImport.headless && { headless: headlessOnTheWire(dataImport.headless) }),
    },
  });
}

/**
 * The body of a basic webhook, `application/x-www-form-urlencoded`: nothing but the import's id.
 *
 * Source: https://developer.dromo.io/webhooks
 */
export function basicBody(importId: string): string {
  return new URLSearchParams({ uploadId: importId }).toString();
}

function userOnTheWire(user: ImportUser) {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    company_id: user.companyId,
    company_name: user.companyName,
  };
}

/** Named key by key, so that what is new in the input stays out of the body until somebody decides otherwise. */
function headlessOnTheWire(headless: HeadlessDetails) {
  return {
    id: headless.id,
    schema_id: headless.schemaId,
    status: headless.status,
    original_filename: headless.originalFilename,
    created_date: headless.createdDate,
    modified_date: headless.modifiedDate,
    upload: null,
    result_metadata: headless.resultMetadata ?? null,
    import_errors: headless.importErrors ?? null,
  };
}
