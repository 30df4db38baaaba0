// The decoder of AMR, in a worker of its own: it is large, and takes a while.
import decoder from "benz-amr-recorder/src/amrnb.js";

decoder();
