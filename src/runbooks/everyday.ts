/** Words of everyday speech: in a handful of pages they look rare, but they say little about what is broken. */
const plain = `able above across add added address again ago ahead allow allowed almost alone along already although always among another answer anew
anything around ask away back bad become behind below best better between big bit both break bring broken build built busy call called
came care case catch cause certain chance change changed check clean clear close cold come coming common complete contain copy correct cost
country course cover create created current customer customers cut dark date day days deal decide deep detail different difficult directly done
door double drop during each early easy either else empty end enough entire error especially etc even ever every everybody everything exact
example exist explain extra face fact fail failed fails fall far fast feel few field file find fine finish first fix floor follow following forget
form former found four free fresh friday front full further general getting give given go goes going gone good great group grow half hand
hands happen happened happens hard head hear heavy help hence high hold hope hour hours however idea important include increase information
inside instead interest internal issue item items keep kept kind know known large last later learn least leave left less let letter level
life light like likely line list little live long longer look looks lose lost lot low made main make makes making manual matter
maybe mean means meet member merely middle mind minute minutes miss missing moment monday month more morning move moved name named near
nearly need needed needs never new news next nice night nine noon normal note nothing notice number object of often old older once open
order other others outside over own page part particular parts past people perhaps person pick picture piece place plan play please point poor
possible post power present press price problem problems product program proper provide public put question quick quickly quite rather reach read
real really reason receive recent recently red remain remember remove reply report request rest result return right rise road room round rule run
running runs safe said save saw say says second seconds seem seen sell send sense sent set seven several share short show shows side sign
similar simple simply single sit sits six size small something sometimes soon sort sound speak special spend stand start state stay step still
stop story street strong sudden suddenly suppose sure system table take taken takes talk tell ten test text thank thing things think third
though thought three through thus time times today together told tomorrow took top total toward town tried true try turn turned twice two type
under understand unit unknown unless until up upon upset use used user users uses usual usually value various view visit wait walk want wants
water way week weeks weekend well went whatever whole wide will win wish within word words work working works world worse worst write
wrong year years yes yet young
above app application apps cluster deployment environment kubernetes pod pods production prod service services staging team namespace container containers
warning critical high alert alerts alerting firing info severity summary threshold rate percent greater exceeded
absent accept accepted actual afternoon afterwards agree aim anyone appear appears arrive arrived arrives asked assume avoid begin begins behave
behaves bound bounds brand bunch certainly charge choose choosing clearly closer colleague complain complains complaint consider continue couple current
decide depend depends describe did differ differs discover does doing done down due earlier effect either entirely equal except expect
expected explain fewer finally fits forever forth fully gets giving goes had halfway handed hardly has heard held helps here hits how
immediately inform instead into involved jump jumped jumps keeping knows land lands lately leads leaves led lets likes looking looks lots
manage manages mention merely met might mine mostly much must myself nature neither nor occasionally occur occurs offer otherwise ought
owner permanent permanently persist prefer present presumably prevent previously promise promised purpose quarter rarely recently refuse refuses relate
remains repeat repeated report reported reports require required requires resolve resulting reach reached reaches reaching saying seems seeing sees sensible serious
shall showing shows sits situation slightly somebody somehow someone somewhere sooner sorry sudden suppose supposed surely switch switches telling
tends that their there they thinks this those tonight towards tries trying twice unable unfortunately unlikely upper urgent useful
usually very waiting waits wants was watch went were what whatever where whereas whether which who whole whose why wished wonder
wondering worked worry yesterday yours fill filled placed places placing refused asking asks boss manager company business colleague minute
april august december february january july june march monday tuesday wednesday thursday friday saturday sunday november october september`;

/** Words of home and office: a question that has one is hardly about a cluster. */
const life = `abroad accident age animal apple art artist baby ball band bank bath bear beautiful bed bird birthday blue boat body book books bottle box boy
bread breakfast bridge brother brown bus butter cake camera car cat ceiling chair cheap chicken child children city class clothes coat coffee
color colour cook cooking cup dance daughter dinner dog dollar dress drink eat egg evening eye family farm father feet fish flower food foot
football forest fruit garden gift girl glass gold grandmother grass green guitar hair hat health heart hiking holiday home horse hospital hotel house husband
ice juice kitchen lady lake leg lesson lunch man market meal meat milk money mother mountain mouth movie museum music newspaper office orange
paint paper parent park parking party pen pet phone photo picnic poem police president printer rain recipe restaurant rice river
school science sea shoe shop shopping sister sky sleep snow soap song soup spring student sugar summer sun sweet swim taxi tea teacher theater ticket
tourist toy train travel trip tv uncle vacation vegetable village walk wall wash watch weather wedding white wife wind window wine winter
woman yellow zoo agenda approval budget calendar contract dentist desk discount department employee expense expenses finance hire hiring hr interview invoice
laptop lawyer legal marketing newsletter onboarding opportunity paid payroll penalty privacy profit quarterly renewal sales salary supplier
supplies tax training translate translation visa workshop vpn wiki trainee trainees contractor contractors badge card excel powerpoint wifi
wlan intranet notebook keyboard headset webcam smartphone iphone android tablet elevator canteen meeting meetings invitation appointment
mailbox letterhead stapler chair locker corridor employment colleagues helpdesk`;

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter((word) => word !== ""));

export const everyday = setOf(`${plain} ${life}`);
export const elsewhere = setOf(life);
