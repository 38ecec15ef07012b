/** Where an import's page is, and which import an address names. */

const FOLDER = '/imports/';

/** Of the import with the importer's own id. */
export function importAddress(importId: string): string {
  return FOLDER + encodeURIComponent(importId);
}

/**
 * The importer's own id of the import whose page is at `pathname`, as the browser has it. Ids may contain anything but
 * white space; the router decodes paths in part only, so that what it gives could be one of two ids.
 */
export function importIdOf(pathname: string): string {
  const id = pathname.slice(FOLDER.length);
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // typed by hand, with a % that stands for itself
  }
}
