# SPDX-License-Identifier: GPL-3.0-or-later
# Draws rank_load.png from rank_load.dat, which bench_rank_load prints; run in this folder.
set terminal pngcairo size 1920,960 font 'DejaVu Sans,21' enhanced
set output 'rank_load.png'
set border 3 linewidth 2 linecolor '#555555'
set tics nomirror out scale 0.6 textcolor '#333333'
set grid linetype 1 linewidth 2 linecolor '#DDDDDD'
set grid back
set datafile missing 'nan'
set yrange [0:40]
set ylabel "a read's time at the drives (ms)"
set label 1 'Random reads of 4 KiB on one rank of ultrastar-36lzx, none in the cache' at screen 0.017, screen 0.95 \
    left font 'DejaVu Sans,25'
set tmargin at screen 0.83
set bmargin at screen 0.13
set key at graph 0.03, graph 0.97 left top reverse Left samplen 2 spacing 1.2
set multiplot
set lmargin at screen 0.07
set rmargin at screen 0.48
set label 2 'reads alone: essim (points), Pollaczek-Khinchine (lines)' at graph 0, graph 1 offset 0,0.9 left
set xlabel 'host I/Os per second'
set xrange [0:850]
plot 'rank_load.dat' index 0 using 1:4 with lines linewidth 3 linecolor '#0072B2' notitle, \
     '' index 0 using 1:3 with points pointtype 7 pointsize 2 linecolor '#0072B2' title '7+P', \
     '' index 1 using 1:4 with lines linewidth 3 linecolor '#D55E00' notitle, \
     '' index 1 using 1:3 with points pointtype 5 pointsize 2 linecolor '#D55E00' title '6+P+S'
unset label 1
set lmargin at screen 0.57
set rmargin at screen 0.98
set label 2 'with writes; at 40 %: essim (rings), published (triangles)' at graph 0, graph 1 offset 0,0.9 left
set xrange [0:450]
# Where test_published_targets finds 40 % utilisation; and the published host rates, on the axis.
$seen << EOD
220.9 11.30
194.2 11.16
171.7 11.33
150.7 11.15
EOD
$published << EOD
232
199
176
151
EOD
plot 'rank_load.dat' index 2 using 1:3 with lines linewidth 3 linecolor '#0072B2' title '7+P, 70 % reads', \
     '' index 3 using 1:3 with lines linewidth 3 linecolor '#D55E00' title '6+P+S, 70 % reads', \
     '' index 4 using 1:3 with lines linewidth 3 linecolor '#0072B2' dashtype (9,4) title '7+P, 50 % reads', \
     '' index 5 using 1:3 with lines linewidth 3 linecolor '#D55E00' dashtype (9,4) title '6+P+S, 50 % reads', \
     $seen using 1:2 with points pointtype 6 pointsize 3 linewidth 4 linecolor '#000000' notitle, \
     $published using 1:(0.8) with points pointtype 9 pointsize 3 linecolor '#009E73' notitle
unset multiplot
