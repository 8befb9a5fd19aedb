/** Errors of trainings, which travel between threads and machines as plain data. */
import { codedError, type ErrorCode } from '../foundation/errors.js';
import type { TaskFailure } from './task.js';

/** All of them: the compiler sees to it. */
const CODES: Readonly<Record<ErrorCode, true>> = {
  ERR_INVALID_TYPE: true,
  ERR_INVALID_OPTION: true,
  ERR_SHAPE: true,
  ERR_NON_FINITE: true,
  ERR_DIVERGED: true,
  ERR_BUSY: true,
  ERR_DISPOSED: true,
  ERR_OUT_OF_MEMORY: true,
  ERR_WORKER_DIED: true,
  ERR_ENGINE: true,
  ERR_MISSING: true,
  ERR_UNKNOWN_VALUE: true,
  ERR_MODEL_FORMAT: true,
  ERR_MODEL_VERSION: true,
  ERR_MODEL_LIMIT: true,
  ERR_UNSUPPORTED: true,
  ERR_IO: true,
};

/** Whether it is a code of this package: Node's begin with ERR_ too. */
export function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(CODES, code);
}

/** Whether an error is of this package. */
export function isOwn(error: unknown): error is Error & { code: ErrorCode } {
  return error instanceof Error && isCode((error as { code?: unknown }).code);
}

/** The error of a training again. */
export function taskError(where: string, { code, message }: TaskFailure): Error {
  const text = `${where}: ${message}`;
  return isCode(code) ? codedError(code, text) : new Error(text);
}
