module plait/bench/peer

go 1.19
