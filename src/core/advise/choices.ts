/** Two features of a package of which either is enough, and what taking the other one changes. */
export interface Choice {
  readonly package: string;
  readonly one: string;
  readonly other: string;
  /** What takes `other` for `one`, and the other way round. */
  readonly toOther: string;
  readonly toOne: string;
  /** Bytes of the package that are worth a build, though no package may go: the gain is in init. */
  readonly promise: number;
  /** `one` is worth a build only where all that it links is linked already: it is the larger of the two. */
  readonly largerOne: boolean;
}

const COMPILED_ROOTS =
  'the certificate roots are those that were compiled in: the machine’s own (a private CA, say) are not trusted any more, and new ones come with a new build';
const IMAGE_ROOTS = 'the certificate roots are those of the image: each start reads them';

/** Where a feature brings certificate roots: read from the machine at each start, or compiled in. */
const ROOTS = (
  [
    ['reqwest', 'rustls-tls-native-roots', 'rustls-tls-webpki-roots'],
    ['hyper-rustls', 'native-tokio', 'webpki-tokio'],
    ['hyper-rustls', 'rustls-native-certs', 'webpki-roots'],
    ['tokio-tungstenite', 'rustls-tls-native-roots', 'rustls-tls-webpki-roots'],
    ['tonic', 'tls-native-roots', 'tls-webpki-roots'],
    ['sqlx', 'tls-rustls-ring-native-roots', 'tls-rustls-ring-webpki'],
  ] as const
).map(
  ([name, one, other]): Choice => ({
    package: name,
    one,
    other,
    toOther: COMPILED_ROOTS,
    toOne: IMAGE_ROOTS,
    promise: 60_000,
    largerOne: false,
  }),
);

/** Where a feature brings the cryptography of TLS: two of them in one binary are a megabyte that nobody needs. */
const PROVIDERS = (
  [
    ['rustls', 'aws_lc_rs', 'ring'],
    ['rustls', 'aws-lc-rs', 'ring'],
    ['tokio-rustls', 'aws_lc_rs', 'ring'],
    ['tokio-rustls', 'aws-lc-rs', 'ring'],
    ['hyper-rustls', 'aws-lc-rs', 'ring'],
    ['rustls-webpki', 'aws-lc-rs', 'ring'],
    ['aws-smithy-http-client', 'rustls-aws-lc', 'rustls-ring'],
    ['quinn', 'rustls-aws-lc-rs', 'rustls-ring'],
    ['rcgen', 'aws_lc_rs', 'ring'],
    ['sqlx', 'tls-rustls-aws-lc-rs', 'tls-rustls-ring'],
    ['tonic', 'tls-aws-lc', 'tls-ring'],
  ] as const
).map(
  ([name, one, other]): Choice => ({
    ...{ package: name, one, other, promise: 0, largerOne: true },
    toOther:
      'TLS is done by ring in place of aws-lc-rs: no post-quantum key exchange, no FIPS; code that names aws-lc-rs itself does not build',
    toOne: 'TLS is done by aws-lc-rs in place of ring: code that names ring itself does not build',
  }),
);

export const CHOICES: readonly Choice[] = [...ROOTS, ...PROVIDERS];
