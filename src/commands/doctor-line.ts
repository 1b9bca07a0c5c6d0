export interface DoctorLine {
  what: string;
  state: "ok" | "bad" | "off";
  detail: string;
}

export const tried = async (what: string, look: () => Promise<string>): Promise<DoctorLine> => {
  try {
    return { what, state: "ok", detail: await look() };
  } catch (error) {
    return { what, state: "bad", detail: error instanceof Error ? error.message : String(error) };
  }
};

export const off = (what: string, hint: string): DoctorLine => ({ what, state: "off", detail: hint });
