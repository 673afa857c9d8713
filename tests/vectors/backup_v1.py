"""A backup file of format 1, as the first release that had them wrote it; never to be changed.

One key with a version, one secret with two; the passphrase is that of the tests of parts.
"""

from base64 import b85decode

FILE = b85decode(
    "OH4vRLrYaq0RR91jDx9SVPk7`a9?R;wPI^6FfcGMFfcGMFfcGMFfcGMFfpccV{&<LbcCdHVQh575b`9__@XmZuo?"
    "t6gEZxaVWDmip>hbJZ~>!hWqHIs0aN_}3YJ53P4>uZ{k=Ix!cL~R=<$aziRCqM8*5(*_0K^-?)<Y|%Tn1nL*>GET"
    "s;;>MOCK^qRZEgFaQ7s3;|R90ScBwbWQfiYy7}r+Ec7MU@pIr&VxTxf+_T=NE&=I-0NsvVXv=xE;`P8IXfGh;kGY"
    "-+ZC=yZJ^fgx9jOH_e?+V=CSLtYb^M^$FCmQNs?STx7dPMuy}n>yzIp!-frQlz!$L-4Rs9Pji^J<Je-y<I@}IGEo"
    "TJJQDdPLOdqX#HANhge$B~u$RN5u`h}>6iFD>*LQY@M`G-zX6z9Z18)E*=NtNS-Ua%JyGo_v33zD3m2Vfgi9eID0"
    "<?H2Z@Y7UF#PkhoB8?8dCCXT+a&``4aI@kecR^8CvY+y&5~25{ldf=~>@+uOfBIzxACa79>LnY00?M@>Ld*MpwA3"
    "FqH`|WMhkl1jI+SGIlLlThsdQ=e)s&2D+Eb~d|ElONjt9f~oUm*H8=-M$j=dXSw<NCfF!JSHs|Vk=F5Iv25s=<?&"
    "o)=QYs0yjJ+n}S*J;7oOdKEz%5bYsS}OdzPpX6Aj<$d0JuETi897YU^A<#X@hjAc13jmgcnsfvBZ;G2y6T9Rrb>8"
    "2sl$~J>Qu)o=hm+DBkj{Xacjxqup7&*?{vSPEdvRk6%9AS#UBd2rk-Ym3-60G)<R<!Is1fmdcL{8S;SjUnBhxVNT"
    "R301Lvh_^ZmdP9%g4Mha^&;8D^eSi0vefuK&>RIw&I!EV<@HKS%#i9ok*2OvlhjQI}d%!818xkI10zWQO+GJ1=a^"
    "E;Qod%xm{y3Lm1h29J`OA81m|`ouSC|Duwg*RmM&nCSO3k(G!C<+k)QTiPr!cD8-O#@NBRLH?OaYE%4o@wM1Glr="
    "ds%Fe{$q^~OyrTm<wIlk^l@&w34IWOMp#09192n4h>XH?zyYU+E@IvR+cU~1r8r&-0dE>K2~)U8Vkjcy-A$X=6Bt"
    ";#EA)DN0q!&wok*s$K%qV2e)$$m1DD$dt&hw*RwQFvUdtHu;VLOR;-<*3aur?d75&mK=aJgx|Qj7vQI)ty2YE*RU"
    "?ZcTolq;SLQS(IqulQl7*$<rxocS^kGtO9UO9VfHDC#Dh_Axx@LU6$*rDYpqEh8c5eDbrYW5n35i{PdFQz7g5H8_"
    "+hA#1c*}U2#|eV#-Z+Bok#kRkAU{dZp&$x@N$M(~?W%rBP{VERuM@O;YmhCs*L$fr#P5VWJW1l7Tl`gtKUBK<25S"
    "Fo^BFqhMsgZVu?4*(V)0tQie2cv)ALoxMMcOqlE$0{>$gRtp=ioR4-Fjd5YAf|p7Dr=H7Qcm8cQ?=Ju0-BeR>5`-"
    "8fJsZTJxDToFiTwWcM1B9-zY!}$wu|c#s@pJc^*l})477f~0#y(Hwj9a)xrVE~L4-pQ597$%1Yt6iY1F0wvGHuX<"
    "IBsR`h+~zoW-cYeu6<pAV8kYrr5n}j)cXto;gTg9`sY6dNrTn@}wju$9u5X(Z%+^jc_#u`(pVbepBTV+*urZ&%X^"
    "iS(?>Nh&dRy9Q|)`+Tg0&{E_m*^|cfsDF=P;dj8t$9!pQTB^Jlc6}zD@8J~tGr<R+u>)*m9e@2wcF$!R%{yD+s;&"
    "qp>wsZxwH!ep7AD(B&8J>ym1apHs-#%R^xR?h?M98>fQ5EVXL-N61F*CY`Uy_MsetRT08Yq4FWn92(D{RLAXAy4>"
    "O0XDfbcas%L#-Guazr6<ve{j`{x-(1s-?*|#tSjaKap5q_*VN_4(|egP}CvCQ`n8p*RSj|n+Lk4r;tE}@^qXk;4o"
    "PE^707bW7<=OUQ6C{>)ODQaCOlvq519%y2|fLvK-UzZh#B<4RsBUvSdeH-j`oQf%>veC2lG&cB%XEuk~Q4P4Lc=w"
    "}#_Q5mJ&5+25lBW3IQPZpf=uTl3|{0cUdx3<`7utgA2+(c$S;s0!b3@ycf-6d*aBOHPZzguwQ@^Zy!`_;ay4(@Q$"
    "OkNI#w=&D;K#`92mgZMKPWxo^_%<VH8!*&85V&MTpW4B3$-nT+&p%_w!R3%kVGmU@?%j>QR?5AH7AkV)yj$p*@_X"
    "bQ1%KD==NMwJ;K5P6S&H"
)
