// As the services send them: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, …/with-sns.html, …/with-s3.html, …/with-ddb.html and
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html. One record in each.

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
const TIME = '2024-01-01T00:00:00.000Z';
const ID = '00000000-0000-4000-8000-000000000001';
const MESSAGE = '{"id":1}';

export const SQS = {
  Records: [
    {
      messageId: ID,
      receiptHandle: 'AQEBcoldgate',
      body: MESSAGE,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1704067200000',
        SenderId: ACCOUNT,
        ApproximateFirstReceiveTimestamp: '1704067200001',
      },
      messageAttributes: {},
      // Of the body.
      md5OfBody: 'd2ce28b9a7fd7e4407e2b0fd499b7fe4',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:queue`,
      awsRegion: REGION,
    },
  ],
};

export const SNS = {
  Records: [
    {
      EventVersion: '1.0',
      EventSubscriptionArn: `arn:aws:sns:${REGION}:${ACCOUNT}:topic:${ID}`,
      EventSource: 'aws:sns',
      Sns: {
        SignatureVersion: '1',
        Timestamp: TIME,
        Signature: 'c2lnbmF0dXJl',
        SigningCertUrl: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService.pem`,
        MessageId: ID,
        Message: MESSAGE,
        MessageAttributes: {},
        Type: 'Notification',
        UnsubscribeUrl: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe`,
        TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:topic`,
        Subject: 'first',
      },
    },
  ],
};

export const EVENTBRIDGE = {
  version: '0',
  id: ID,
  'detail-type': 'Order Placed',
  source: 'com.example.orders',
  account: ACCOUNT,
  time: '2024-01-01T00:00:00Z',
  region: REGION,
  resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/orders`],
  detail: { id: 1 },
};

export const S3 = {
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: REGION,
      eventTime: TIME,
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
      requestParameters: { sourceIPAddress: '192.0.2.7' },
      responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'c29tZXRoaW5n' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'uploads',
        bucket: { name: 'bucket', ownerIdentity: { principalId: 'A3EXAMPLE' }, arn: 'arn:aws:s3:::bucket' },
        object: { key: 'folder/file.json', size: 1024, eTag: 'd41d8cd98f00b204e9800998ecf8427e', sequencer: '0A1B2C3D4E5F678901' },
      },
    },
  ],
};

export const DYNAMODB_STREAMS = {
  Records: [
    {
      eventID: '1',
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: REGION,
      dynamodb: {
        ApproximateCreationDateTime: 1_704_067_200,
        Keys: { id: { N: '1' } },
        NewImage: { id: { N: '1' }, name: { S: 'first' }, open: { BOOL: true }, tags: { L: [{ S: 'one' }] } },
        SequenceNumber: '111',
        SizeBytes: 46,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/orders/stream/2024-01-01T00:00:00.000`,
    },
  ],
};
