import { aiHandlers, ModelConfigError, resolveModel } from "@sluice/handlers-ai";
import { type Config, ConfigError, type Environment, mergeEnvironment, readConfig } from "./config.js";
import { readEnvFile } from "./env-file.js";

/** The configuration, with model and prices checked as well: for those who need them. Throws a ConfigError with all faults at once. */
export function loadCheckedConfig(env: Environment = process.env, folder: string = process.cwd()): Config {
  const file = readEnvFile(folder);
  const modelFaults = findModelFaults(mergeEnvironment(env, file));
  let config: Config | null = null;
  const faults: string[] = [];
  try {
    config = readConfig(env, file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    faults.push(...error.faults);
  }
  if (config === null || modelFaults.length > 0) throw new ConfigError([...faults, ...modelFaults]);
  return config;
}

function findModelFaults(env: Environment): readonly string[] {
  const model = env["AI_MODEL"];
  return [
    ...(model === undefined ? [] : faultsOf(() => resolveModel(model, env), "AI_MODEL")),
    // The prices of all models are one variable, whichever is asked.
    ...faultsOf(() => aiHandlers({ model: "embedded:extractive", targets: nothing, calls: nothing, env })),
  ];
}

function faultsOf(check: () => unknown, name?: string): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof ModelConfigError)) throw error;
    return [name === undefined ? error.message : `${name}: ${error.message}`];
  }
}

const never = () => Promise.reject(new Error("these handlers are not run"));
const nothing = {
  load: never,
  save: never,
  find: never,
  recordSent: never,
  recordReceived: never,
  recordFailed: never,
  recordUnusable: never,
};
