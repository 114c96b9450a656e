import AdmZip from 'adm-zip';

/** A package of one file; the same bytes give the same package. */
export function zipped(bootstrap: Buffer | string, mode = 0o755): Buffer {
  const zip = new AdmZip();
  const entry = zip.addFile('bootstrap', Buffer.from(bootstrap), '', mode);
  entry.header.time = new Date('2026-01-01T00:00:00');
  return zip.toBuffer();
}
