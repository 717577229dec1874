typedef int essim_empty;
