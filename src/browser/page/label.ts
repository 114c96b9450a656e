/** Of a path before a name in a type: `aws_sdk_s3::client::` of `<aws_sdk_s3::client::Client as Clone>::clone`. */
const PATHS = /(?<=[<&([, ])(?:\w+::)+(?=\w)/g;
/** What a type does for a trait: its last part tells most. */
const OF_TYPE = /^<.*>::(.+)$/;

/** A name where there is room for so many letters: first types lose their paths, then the type goes. The browser cuts what is still too long. */
export function labelOf(name: string, letters: number): string {
  if (name.length <= letters) return name;
  const short = name.replace(PATHS, '');
  if (short.length <= letters) return short;
  const last = OF_TYPE.exec(short)?.[1];
  return last === undefined ? short : `…${last}`;
}

/** What is said of a box begins with what is seen of it, unless that stands in it: so people who say what they see reach it. */
export function saidWith(label: string, spoken: string): string {
  return spoken.includes(label.replace(/^…/, '')) ? spoken : `${label}, ${spoken}`;
}
