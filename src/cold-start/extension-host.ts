import AdmZip from 'adm-zip';

/**
 * The function that an extension is sampled on: as small as one can be that asks for events and answers `{}`. Shell and curl are on
 * `provided.al2023`, where AWS's own tutorial of a custom runtime uses them; one script serves every architecture.
 * Where the Runtime API refuses it ends, and Lambda says so: it would ask for ever.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-walkthrough.html
 */
const BOOTSTRAP = `#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
cr=$(printf '\\r')
while :; do
  head=$(curl -fsS --noproxy '*' -o /dev/null -D - "$api/next") || exit 1
  id=
  while IFS=': ' read -r name value; do
    case $name in
      [Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d) id=\${value%"$cr"} ;;
    esac
  done <<END
$head
END
  [ -n "$id" ] || exit 1
  curl -fsS --noproxy '*' -o /dev/null -d '{}' "$api/$id/response" || exit 1
done
`;

/** Its package; the same bytes each time. */
export function extensionHost(): Uint8Array {
  const zip = new AdmZip();
  zip.addFile('bootstrap', Buffer.from(BOOTSTRAP), '', 0o755).header.time = new Date(2026, 0, 1);
  return zip.toBuffer();
}
