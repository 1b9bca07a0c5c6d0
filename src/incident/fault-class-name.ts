import { z } from "zod";
import { faultClassNames } from "./fault-classes.ts";

export const FaultClassName = z.enum(faultClassNames);
