const missing: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "its rights do not allow it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
};

interface SystemError extends Error {
  code?: string;
  path?: string;
  syscall?: string;
  address?: string;
  port?: number;
}

/** What the operating system says, told as what to do. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code = "", path, syscall, address, port }: SystemError = error;
  if (path !== undefined && missing[code] !== undefined) return `cannot ${syscall ?? "read"} ${path}: ${missing[code]}`;
  if (syscall === "listen" && code === "EADDRINUSE")
    return `port ${port} of ${address} is taken (EADDRINUSE): stop what listens there, or set PORT`;
  if (syscall === "listen") return `cannot listen on ${address}, port ${port} (${code}): set HOST and PORT`;
  return error.message;
};
