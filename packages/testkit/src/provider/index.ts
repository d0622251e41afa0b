export {
  type FaultServer,
  type ReplayedAnswer,
  type SeenRequest,
  startFaultServer,
} from "./start-fault-server.js";
