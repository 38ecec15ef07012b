/** The example of Dromo's documentation: what its importer reports, and what a receiver gets. */

/**
 * The import, in the words of `importCompleted`. Its identifier is ours: webhooks match by it, and it is not delivered.
 *
 * Source: https://developer.dromo.io/webhooks
 */
export const EXAMPLE_IMPORT = {
  importId: '025f399f-4370-4064-aed5-b8d16b597183',
  filename: 'contacts.csv',
  user: { id: 'user-123', name: 'Caitlin Clark', email: 'cclark@uiowa.edu' },
  completedAt: '2024-04-24T17:20:14.659349Z',
  importType: 'EMBEDDED',
  numDataRows: 433,
  developmentMode: false,
  hasData: true,
  importIdentifier: 'contacts',
} as const;

/** The documented body, minified. */
export const EXAMPLE_BODY =
  '{"event":"import_completed","data":{"id":"025f399f-4370-4064-aed5-b8d16b597183","filename":"contacts.csv","user":{"id":"user-123","name":"Caitlin Clark","email":"cclark@uiowa.edu","company_id":null,"company_name":null},"created_date":"2024-04-24T17:20:14.659349Z","import_type":"EMBEDDED","status":"SUCCESSFUL","num_data_rows":433,"development_mode":false,"has_data":true}}';
