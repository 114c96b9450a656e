import type { SettingsBody } from './bodies.ts';
import type { Settings } from './function.ts';

/** AWS's own defaults. */
export function initialSettings(name: string, role: string): Settings {
  return {
    architecture: 'x86_64',
    description: '',
    environment: {},
    handler: '',
    layers: [],
    logging: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
    memorySize: 128,
    role,
    runtime: '',
    storage: 512,
    subnets: [],
    timeout: 3,
  };
}

/** What UpdateFunctionConfiguration makes of these settings: each field that it names is replaced as a whole. */
export function changed(settings: Settings, name: string, body: SettingsBody): Settings {
  const {
    LogFormat = settings.logging.LogFormat,
    LogGroup = `/aws/lambda/${name}`,
    ApplicationLogLevel = 'INFO',
    SystemLogLevel = 'INFO',
  } = body.LoggingConfig ?? {};
  const levels = LogFormat === 'JSON' ? { ApplicationLogLevel, SystemLogLevel } : {};
  return {
    ...settings,
    description: body.Description ?? settings.description,
    environment: body.Environment === undefined ? settings.environment : (body.Environment.Variables ?? {}),
    handler: body.Handler ?? settings.handler,
    layers: body.Layers ?? settings.layers,
    logging: body.LoggingConfig === undefined ? settings.logging : { LogFormat, LogGroup, ...levels },
    memorySize: body.MemorySize ?? settings.memorySize,
    role: body.Role ?? settings.role,
    runtime: body.Runtime ?? settings.runtime,
    storage: body.EphemeralStorage?.Size ?? settings.storage,
    subnets: body.VpcConfig?.SubnetIds ?? settings.subnets,
    timeout: body.Timeout ?? settings.timeout,
  };
}
